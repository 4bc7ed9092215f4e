// Softmax, its logarithm and hardmax along an axis.
#include "arete_normalize.h"
#include "elements.h"
#include <tgmath.h>

#pragma clang diagnostic ignored "-Wpass-failed"

// The largest element of a column, NaN if there is one.
#define LARGEST(COMPUTED, LOAD)                                                                                        \
    COMPUTED largest = LOAD(from[0]);                                                                                  \
    for (size_t i = 1; i < plan->n; i++) {                                                                             \
        const COMPUTED v = LOAD(from[i * step]);                                                                       \
        largest = v > largest || v != v ? v : largest;                                                                 \
    }

#define DEFINE(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, ...)                                                          \
    static void soft_##TAG(const arete_softmax_plan *plan, const void *x, void *y, size_t begin, size_t end) {         \
        const size_t step = plan->inner;                                                                               \
        const COMPUTED beta = (COMPUTED)plan->beta;                                                                    \
        for (size_t column = begin; column < end && plan->n > 0; column++) {                                           \
            const size_t place = column / step * plan->n * step + column % step;                                       \
            const STORED *const from = (const STORED *)x + place;                                                      \
            STORED *const to = (STORED *)y + place;                                                                    \
            LARGEST(COMPUTED, LOAD)                                                                                    \
            double sum = 0;                                                                                            \
            for (size_t i = 0; i < plan->n; i++) {                                                                     \
                const COMPUTED power = exp(beta * (LOAD(from[i * step]) - largest));                                   \
                sum += (double)power;                                                                                  \
                to[i * step] = STORE(power);                                                                           \
            }                                                                                                          \
            const COMPUTED total = (COMPUTED)sum;                                                                      \
            for (size_t i = 0; i < plan->n; i++) to[i * step] = STORE(LOAD(to[i * step]) / total);                     \
        }                                                                                                              \
    }                                                                                                                  \
    static void log_soft_##TAG(const arete_softmax_plan *plan, const void *x, void *y, size_t begin, size_t end) {     \
        const size_t step = plan->inner;                                                                               \
        const COMPUTED beta = (COMPUTED)plan->beta;                                                                    \
        for (size_t column = begin; column < end && plan->n > 0; column++) {                                           \
            const size_t place = column / step * plan->n * step + column % step;                                       \
            const STORED *const from = (const STORED *)x + place;                                                      \
            STORED *const to = (STORED *)y + place;                                                                    \
            LARGEST(COMPUTED, LOAD)                                                                                    \
            double sum = 0;                                                                                            \
            for (size_t i = 0; i < plan->n; i++) sum += (double)exp(beta * (LOAD(from[i * step]) - largest));          \
            const COMPUTED total = (COMPUTED)log(sum);                                                                 \
            for (size_t i = 0; i < plan->n; i++) {                                                                     \
                to[i * step] = STORE(beta * (LOAD(from[i * step]) - largest) - total);                                 \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    static void hard_##TAG(const arete_softmax_plan *plan, const void *x, void *y, size_t begin, size_t end) {         \
        const size_t step = plan->inner;                                                                               \
        for (size_t column = begin; column < end && plan->n > 0; column++) {                                           \
            const size_t place = column / step * plan->n * step + column % step;                                       \
            const STORED *const from = (const STORED *)x + place;                                                      \
            STORED *const to = (STORED *)y + place;                                                                    \
            LARGEST(COMPUTED, LOAD)                                                                                    \
            bool found = false;                                                                                        \
            for (size_t i = 0; i < plan->n; i++) {                                                                     \
                const COMPUTED v = LOAD(from[i * step]);                                                               \
                const bool hit = !found && (v == largest || v != v);                                                   \
                to[i * step] = STORE(hit ? (COMPUTED)1 : (COMPUTED)0);                                                 \
                found |= hit;                                                                                          \
            }                                                                                                          \
        }                                                                                                              \
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
