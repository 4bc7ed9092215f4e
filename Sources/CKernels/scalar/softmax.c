// Softmax, its logarithm and hardmax along an axis.
#include "softmax_loops.h"

ARETE_FOR_FLOATS(DEFINE_SOFTMAX, )
ARETE_FOR_FLOATS(DEFINE_LOG_SOFTMAX, )

#define DEFINE(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, ...)                                                          \
    static void hard_##TAG(const arete_softmax_plan *plan, const void *x, void *y, size_t begin, size_t end) {         \
        FOR_RUNS(TAG, STORED, COMPUTED, LOAD, {                                                                        \
            for (size_t j = 0; j < run; j++) {                                                                         \
                bool found = false;                                                                                    \
                for (size_t i = 0; i < n; i++) {                                                                       \
                    const COMPUTED v = LOAD(from[i * step + j]);                                                       \
                    const bool hit = !found && (v == largest[j] || v != v);                                            \
                    to[i * step + j] = STORE(hit ? (COMPUTED)1 : (COMPUTED)0);                                         \
                    found |= hit;                                                                                      \
                }                                                                                                      \
            }                                                                                                          \
        })                                                                                                             \
    }
ARETE_FOR_FLOATS(DEFINE, )

#define SOFT_ENTRY(TAG, TYPE, ...) [ARETE_SOFTMAX][TYPE] = soft_##TAG,
#define LOG_SOFT_ENTRY(TAG, TYPE, ...) [ARETE_LOG_SOFTMAX][TYPE] = log_soft_##TAG,
#define HARD_ENTRY(TAG, TYPE, ...) [ARETE_HARDMAX][TYPE] = hard_##TAG,
static const arete_softmax_function functions[ARETE_SOFTMAX_COUNT][ARETE_ELEMENT_TYPES] = {
    ARETE_FOR_FLOATS(SOFT_ENTRY, ) ARETE_FOR_FLOATS(LOG_SOFT_ENTRY, ) ARETE_FOR_FLOATS(HARD_ENTRY, )};

arete_softmax_function arete_softmax(arete_softmax_kind kind, arete_element_type type) {
    if ((unsigned)kind >= ARETE_SOFTMAX_COUNT || !arete_is_element_type(type)) return NULL;
    return functions[kind][type];
}
