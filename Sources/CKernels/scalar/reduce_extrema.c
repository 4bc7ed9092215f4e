// Reductions to an extremum, and the places of extrema.
#include "reduce_loops.h"
#include <math.h>

#pragma clang diagnostic ignored "-Wpass-failed"

#define LESSER(u, v) ((u) < (v) || (u) != (u) ? (u) : (v))
#define GREATER(u, v) ((u) > (v) || (u) != (u) ? (u) : (v))
#define BOTH(u, v) ((u) && (v))
#define EITHER(u, v) ((u) || (v))
#define ITSELF(sum, n) (sum)

#define FLOAT_LOOPS(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, ...)                                                     \
    ARETE_REDUCTION(TAG, STORED, COMPUTED, LOAD, STORE, MIN, COMPUTED, INFINITY, LESSER, LESSER, ITSELF)               \
    ARETE_REDUCTION(TAG, STORED, COMPUTED, LOAD, STORE, MAX, COMPUTED, -INFINITY, GREATER, GREATER, ITSELF)
#define INTEGER_LOOPS(TAG, STORED, SMALLEST, LARGEST)                                                                  \
    ARETE_REDUCTION(TAG, STORED, STORED, ARETE_SAME, ARETE_SAME, MIN, STORED, LARGEST, LESSER, LESSER, ITSELF)         \
    ARETE_REDUCTION(TAG, STORED, STORED, ARETE_SAME, ARETE_SAME, MAX, STORED, SMALLEST, GREATER, GREATER, ITSELF)
ARETE_FOR_FLOATS(FLOAT_LOOPS, )
INTEGER_LOOPS(i8, int8_t, INT8_MIN, INT8_MAX)
INTEGER_LOOPS(i16, int16_t, INT16_MIN, INT16_MAX)
INTEGER_LOOPS(i32, int32_t, INT32_MIN, INT32_MAX)
INTEGER_LOOPS(i64, int64_t, INT64_MIN, INT64_MAX)
INTEGER_LOOPS(u8, uint8_t, 0, UINT8_MAX)
INTEGER_LOOPS(u16, uint16_t, 0, UINT16_MAX)
INTEGER_LOOPS(u32, uint32_t, 0, UINT32_MAX)
INTEGER_LOOPS(u64, uint64_t, 0, UINT64_MAX)
ARETE_REDUCTION(b8, uint8_t, uint8_t, ARETE_SAME, ARETE_SAME, MIN, uint8_t, 1, BOTH, BOTH, ITSELF)
ARETE_REDUCTION(b8, uint8_t, uint8_t, ARETE_SAME, ARETE_SAME, MAX, uint8_t, 0, EITHER, EITHER, ITSELF)

#define MIN_ENTRY(TAG, TYPE, ...) [TYPE] = MIN_##TAG,
#define MAX_ENTRY(TAG, TYPE, ...) [TYPE] = MAX_##TAG,
static const arete_reduce_function minima[ARETE_ELEMENT_TYPES] = {ARETE_FOR_NUMBERS(MIN_ENTRY, )
                                                                      ARETE_FOR_BOOL(MIN_ENTRY, )};
static const arete_reduce_function maxima[ARETE_ELEMENT_TYPES] = {ARETE_FOR_NUMBERS(MAX_ENTRY, )
                                                                      ARETE_FOR_BOOL(MAX_ENTRY, )};

arete_reduce_function arete_reduce_extrema(arete_reduce_operation operation, arete_element_type type) {
    switch (operation) {
    case ARETE_REDUCE_MIN:
        return minima[type];
    case ARETE_REDUCE_MAX:
        return maxima[type];
    case ARETE_REDUCE_ALL:
        return type == ARETE_BOOL ? MIN_b8 : NULL;
    case ARETE_REDUCE_ANY:
        return type == ARETE_BOOL ? MAX_b8 : NULL;
    default:
        return NULL;
    }
}

arete_reduce_function arete_reduce(arete_reduce_operation operation, arete_element_type type) {
    if ((unsigned)operation >= ARETE_REDUCE_COUNT || !arete_is_element_type(type)) return NULL;
    const arete_reduce_function sum = arete_reduce_sums(operation, type);
    return sum != NULL ? sum : arete_reduce_extrema(operation, type);
}

// Whether v displaces the best so far: NaN displaces every number, an equal value only when the last is wanted.
#define DISPLACES(v, best, largest, last)                                                                              \
    ((v) != (v) ? (best) == (best) || (last)                                                                           \
                : (best) == (best) && (((largest) ? (v) > (best) : (v) < (best)) || ((last) && (v) == (best))))
#define ARG_LOOP(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, ...)                                                        \
    static void arg_##TAG(const arete_arg_plan *plan, const void *x, void *y, size_t begin, size_t end) {              \
        const bool largest = plan->largest, last = plan->select_last;                                                  \
        for (size_t at = begin; at < end; at++) {                                                                      \
            const STORED *const column =                                                                               \
                (const STORED *)x + at / plan->inner * plan->n * plan->inner + at % plan->inner;                       \
            COMPUTED best = LOAD(column[0]);                                                                           \
            size_t place = 0;                                                                                          \
            for (size_t i = 1; i < plan->n; i++) {                                                                     \
                const COMPUTED v = LOAD(column[i * plan->inner]);                                                      \
                if (DISPLACES(v, best, largest, last)) best = v, place = i;                                            \
            }                                                                                                          \
            if (plan->wide) {                                                                                          \
                ((int64_t *)y)[at] = (int64_t)place;                                                                   \
            } else {                                                                                                   \
                ((int32_t *)y)[at] = (int32_t)place;                                                                   \
            }                                                                                                          \
        }                                                                                                              \
    }
ARETE_FOR_NUMBERS(ARG_LOOP, )
ARETE_FOR_BOOL(ARG_LOOP, )

#define ARG_ENTRY(TAG, TYPE, ...) [TYPE] = arg_##TAG,
static const arete_arg_function args[ARETE_ELEMENT_TYPES] = {ARETE_FOR_NUMBERS(ARG_ENTRY, )
                                                                 ARETE_FOR_BOOL(ARG_ENTRY, )};

arete_arg_function arete_arg_extremum(arete_element_type type) {
    return arete_is_element_type(type) ? args[type] : NULL;
}
