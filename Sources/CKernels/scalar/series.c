// Arithmetic series and running sums.
#include "arete_series.h"
#include "elements.h"

#define DEFINE(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, WIDE)                                                         \
    static void range_##TAG(const void *start, const void *delta, void *y, size_t begin, size_t end) {                 \
        STORED *const target = y;                                                                                      \
        const WIDE first = (WIDE)LOAD(*(const STORED *)start), step = (WIDE)LOAD(*(const STORED *)delta);              \
        for (size_t i = begin; i < end; i++) target[i] = (STORED)STORE(first + (WIDE)i * step);                        \
    }                                                                                                                  \
    static void cumulative_##TAG(const arete_cumulative_plan *plan, const void *x, void *y, size_t begin,              \
                                 size_t end) {                                                                         \
        for (size_t column = begin; column < end; column++) {                                                          \
            const size_t place = column / plan->inner * plan->n * plan->inner + column % plan->inner;                  \
            const STORED *const source = (const STORED *)x + place;                                                    \
            STORED *const target = (STORED *)y + place;                                                                \
            WIDE sum = 0;                                                                                              \
            for (size_t i = 0; i < plan->n; i++) {                                                                     \
                const size_t at = (plan->reverse ? plan->n - 1 - i : i) * plan->inner;                                 \
                const WIDE before = sum;                                                                               \
                sum += (WIDE)LOAD(source[at]);                                                                         \
                target[at] = (STORED)STORE(plan->exclusive ? before : sum);                                            \
            }                                                                                                          \
        }                                                                                                              \
    }
#define DEFINE_FLOAT(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, ...)                                                    \
    DEFINE(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, COMPUTED)
ARETE_FOR_FLOATS(DEFINE_FLOAT, )
ARETE_FOR_INTEGERS(DEFINE, uint64_t)

#define RANGE_ENTRY(TAG, TYPE, ...) [TYPE] = range_##TAG,
#define CUMULATIVE_ENTRY(TAG, TYPE, ...) [TYPE] = cumulative_##TAG,
static const arete_range_function ranges[ARETE_ELEMENT_TYPES] = {ARETE_FOR_NUMBERS(RANGE_ENTRY, )};
static const arete_cumulative_function sums[ARETE_ELEMENT_TYPES] = {ARETE_FOR_NUMBERS(CUMULATIVE_ENTRY, )};

arete_range_function arete_range(arete_element_type type) { return arete_is_element_type(type) ? ranges[type] : NULL; }

arete_cumulative_function arete_cumulative_sum(arete_element_type type) {
    return arete_is_element_type(type) ? sums[type] : NULL;
}
