// Reductions that add or multiply.
#include "reduce_loops.h"
#include <math.h>

#pragma clang diagnostic ignored "-Wpass-failed"

#define PLUS(a, b) ((a) + (b))
#define TIMES(a, b) ((a) * (b))
#define ITSELF(sum, n) (sum)

// Floats: partial results are doubles.
#define ADD_FLOAT(sum, v) ((sum) + (double)(v))
#define MULTIPLY_FLOAT(sum, v) ((sum) * (double)(v))
#define ADD_MAGNITUDE(sum, v) ((sum) + fabs((double)(v)))
#define ADD_SQUARE(sum, v) ((sum) + (double)(v) * (double)(v))
#define FLOAT_RESULT(sum, n) ((COMPUTED_RESULT)(sum))
#define FLOAT_MEAN(sum, n) ((COMPUTED_RESULT)((sum) / (double)(n)))
#define FLOAT_ROOT(sum, n) ((COMPUTED_RESULT)sqrt(sum))
#define FLOAT_LOG(sum, n) ((COMPUTED_RESULT)log(sum))
// X(operation, start, step, merge, finish)
#define FLOAT_OPERATIONS(X)                                                                                            \
    X(SUM, 0, ADD_FLOAT, PLUS, FLOAT_RESULT)                                                                           \
    X(MEAN, 0, ADD_FLOAT, PLUS, FLOAT_MEAN)                                                                            \
    X(PROD, 1, MULTIPLY_FLOAT, TIMES, FLOAT_RESULT)                                                                    \
    X(L1, 0, ADD_MAGNITUDE, PLUS, FLOAT_RESULT)                                                                        \
    X(L2, 0, ADD_SQUARE, PLUS, FLOAT_ROOT)                                                                             \
    X(SUM_SQUARE, 0, ADD_SQUARE, PLUS, FLOAT_RESULT)                                                                   \
    X(LOG_SUM, 0, ADD_FLOAT, PLUS, FLOAT_LOG)

// Integers: partial results are modulo 2^64; the last steps need the sign back.
#define WRAP(v) ((uint64_t)(v))
#define ADD_INTEGER(sum, v) ((sum) + WRAP(v))
#define MULTIPLY_INTEGER(sum, v) ((sum)*WRAP(v))
#define ADD_INTEGER_SQUARE(sum, v) ((sum) + WRAP(v) * WRAP(v))
#define ADD_SIGNED_MAGNITUDE(sum, v) ((sum) + ((v) < 0 ? 0 - WRAP(v) : WRAP(v)))
#define SIGNED_MEAN(sum, n) ((n) == 0 ? 0 : (int64_t)(sum) / (int64_t)(n))
#define SIGNED_ROOT(sum, n) ((int64_t)sqrt((double)(int64_t)(sum)))
#define SIGNED_LOG(sum, n) ((int64_t)(sum) <= 0 ? 0 : (int64_t)log((double)(int64_t)(sum)))
#define UNSIGNED_MEAN(sum, n) ((n) == 0 ? 0 : (sum) / (n))
#define UNSIGNED_ROOT(sum, n) ((uint64_t)sqrt((double)(sum)))
#define UNSIGNED_LOG(sum, n) ((sum) == 0 ? 0 : (uint64_t)log((double)(sum)))
#define INTEGER_OPERATIONS(X)                                                                                          \
    X(SUM, 0, ADD_INTEGER, PLUS, ITSELF)                                                                               \
    X(PROD, 1, MULTIPLY_INTEGER, TIMES, ITSELF)                                                                        \
    X(SUM_SQUARE, 0, ADD_INTEGER_SQUARE, PLUS, ITSELF)
#define SIGNED_OPERATIONS(X)                                                                                           \
    X(MEAN, 0, ADD_INTEGER, PLUS, SIGNED_MEAN)                                                                         \
    X(L1, 0, ADD_SIGNED_MAGNITUDE, PLUS, ITSELF)                                                                       \
    X(L2, 0, ADD_INTEGER_SQUARE, PLUS, SIGNED_ROOT)                                                                    \
    X(LOG_SUM, 0, ADD_INTEGER, PLUS, SIGNED_LOG)
#define UNSIGNED_OPERATIONS(X)                                                                                         \
    X(MEAN, 0, ADD_INTEGER, PLUS, UNSIGNED_MEAN)                                                                       \
    X(L1, 0, ADD_INTEGER, PLUS, ITSELF)                                                                                \
    X(L2, 0, ADD_INTEGER_SQUARE, PLUS, UNSIGNED_ROOT)                                                                  \
    X(LOG_SUM, 0, ADD_INTEGER, PLUS, UNSIGNED_LOG)

#define FLOAT_LOOP(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, OPERATION, START, STEP, MERGE, FINISH)                    \
    ARETE_REDUCTION(TAG, STORED, COMPUTED, LOAD, STORE, OPERATION, double, START, STEP, MERGE, FINISH)
#define INTEGER_LOOP(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, OPERATION, START, STEP, MERGE, FINISH)                  \
    ARETE_REDUCTION(TAG, STORED, COMPUTED, LOAD, STORE, OPERATION, uint64_t, START, STEP, MERGE, FINISH)
#define NARROW_LOOPS(...)                                                                                              \
    ARETE_FOR_HALF_FLOATS(FLOAT_LOOP, __VA_ARGS__)                                                                     \
    FLOAT_LOOP(f32, ARETE_FLOAT32, float, float, ARETE_SAME, ARETE_SAME, __VA_ARGS__)
#define WIDE_LOOPS(...) FLOAT_LOOP(f64, ARETE_FLOAT64, double, double, ARETE_SAME, ARETE_SAME, __VA_ARGS__)
#define INTEGER_LOOPS(...) ARETE_FOR_INTEGERS(INTEGER_LOOP, __VA_ARGS__)
#define SIGNED_LOOPS(...) ARETE_FOR_SIGNED(INTEGER_LOOP, __VA_ARGS__)
#define UNSIGNED_LOOPS(...) ARETE_FOR_UNSIGNED(INTEGER_LOOP, __VA_ARGS__)
#define COMPUTED_RESULT float
FLOAT_OPERATIONS(NARROW_LOOPS)
#undef COMPUTED_RESULT
#define COMPUTED_RESULT double
FLOAT_OPERATIONS(WIDE_LOOPS)
INTEGER_OPERATIONS(INTEGER_LOOPS)
SIGNED_OPERATIONS(SIGNED_LOOPS)
UNSIGNED_OPERATIONS(UNSIGNED_LOOPS)

/// Element i as a double.
static double element(arete_element_type type, const void *x, size_t i) {
    switch (type) {
    case ARETE_FLOAT16:
        return arete_float_from_half(((const uint16_t *)x)[i]);
    case ARETE_BFLOAT16:
        return arete_float_from_bfloat(((const uint16_t *)x)[i]);
    case ARETE_FLOAT32:
        return ((const float *)x)[i];
    default:
        return ((const double *)x)[i];
    }
}

/// The logarithm of the sum of exponentials, relative to the largest element so that nothing overflows.
static double log_sum_exp(arete_element_type type, const arete_reduce_plan *plan, const void *x, size_t result) {
    const size_t base = arete_kept_offset(plan, result);
    double largest = -INFINITY, sum = 0;
    for (size_t r = 0; r < plan->count; r++) {
        const double v = element(type, x, base + arete_reduced_offset(plan, plan->reduced_rank, r));
        largest = v > largest || v != v ? v : largest;
    }
    if (isinf(largest) || isnan(largest)) return largest;
    for (size_t r = 0; r < plan->count; r++) {
        sum += exp(element(type, x, base + arete_reduced_offset(plan, plan->reduced_rank, r)) - largest);
    }
    return largest + log(sum);
}

#define LOG_SUM_EXP_LOOP(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, ...)                                                \
    static void LOG_SUM_EXP_##TAG(const arete_reduce_plan *plan, const void *x, void *y, size_t begin, size_t end) {   \
        for (size_t at = begin; at < end; at++) {                                                                      \
            ((STORED *)y)[at] = STORE((COMPUTED)log_sum_exp(TYPE, plan, x, at));                                       \
        }                                                                                                              \
    }
ARETE_FOR_FLOATS(LOG_SUM_EXP_LOOP, )

#define ENTRY(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, OPERATION) [ARETE_REDUCE_##OPERATION][TYPE] = OPERATION##_##TAG,
#define FLOAT_ENTRIES(OPERATION, ...) ARETE_FOR_FLOATS(ENTRY, OPERATION)
#define INTEGER_ENTRIES(OPERATION, ...) ARETE_FOR_INTEGERS(ENTRY, OPERATION)
#define SIGNED_ENTRIES(OPERATION, ...) ARETE_FOR_SIGNED(ENTRY, OPERATION)
#define UNSIGNED_ENTRIES(OPERATION, ...) ARETE_FOR_UNSIGNED(ENTRY, OPERATION)
static const arete_reduce_function functions[ARETE_REDUCE_COUNT][ARETE_ELEMENT_TYPES] = {
    FLOAT_OPERATIONS(FLOAT_ENTRIES) INTEGER_OPERATIONS(INTEGER_ENTRIES) SIGNED_OPERATIONS(SIGNED_ENTRIES)
        UNSIGNED_OPERATIONS(UNSIGNED_ENTRIES) FLOAT_ENTRIES(LOG_SUM_EXP)};

arete_reduce_function arete_reduce_sums(arete_reduce_operation operation, arete_element_type type) {
    return functions[operation][type];
}
