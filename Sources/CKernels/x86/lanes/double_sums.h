// Floats with neighbouring results in the lanes, added up in double. To be included inside the target region.
#pragma once
#include <string.h>

enum { DOUBLE_SUM_LANES = LANES / 2, DOUBLE_SUM_VECTORS = 8 }; // results of a vector, and most vectors at once

typedef float double_sum_floats __attribute__((vector_size(LANE_BYTES / 2)));

LANES_INLINE void double_sums_start(doubles sums[DOUBLE_SUM_VECTORS], const size_t vectors) {
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) sums[v] = doubles_of(0);
}

/// A load with conversion and an addition for each vector.
LANES_INLINE void double_sums_add(doubles sums[DOUBLE_SUM_VECTORS], const float *x, const size_t vectors) {
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) {
        double_sum_floats values;
        memcpy(&values, x + v * DOUBLE_SUM_LANES, sizeof values);
        sums[v] += __builtin_convertvector(values, doubles);
    }
}

LANES_INLINE void double_sums_store(const doubles sums[DOUBLE_SUM_VECTORS], double divisor, float *y,
                                    const size_t vectors) {
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) {
        const double_sum_floats result = __builtin_convertvector(sums[v] / doubles_of(divisor), double_sum_floats);
        memcpy(y + v * DOUBLE_SUM_LANES, &result, sizeof result);
    }
}
