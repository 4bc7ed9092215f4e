// Sums and means of floats where neighbouring results lie next to each other (channels last): results are the lanes,
// and each is added up in double in the portable loops' order. To be included inside the target region.
#pragma once
#include "../../scalar/reduce_loops.h"
#include <string.h>

enum { FLOAT_SUM_LANES = LANES / 2, FLOAT_SUM_VECTORS = 8 };

typedef float float_sum_half __attribute__((vector_size(LANE_BYTES / 2)));

/// Sums of `vectors` vectors of neighbours of x, over a divisor: a load with conversion and an addition each.
LANES_INLINE void float_sum_block(const arete_reduce_plan *plan, const float *x, float *y, double divisor,
                                  const size_t vectors) {
    const size_t last = plan->reduced_rank - 1, n = plan->reduced[last], stride = plan->reduced_stride[last];
    doubles sums[FLOAT_SUM_VECTORS];
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) sums[v] = doubles_of(0);
    for (size_t r = 0; r < plan->count; r += n) {
        const float *row = x + arete_reduced_offset(plan, last, r / n);
        for (size_t i = 0; i < n; i++, row += stride) {
#pragma clang loop unroll(full)
            for (size_t v = 0; v < vectors; v++) {
                float_sum_half values;
                memcpy(&values, row + v * FLOAT_SUM_LANES, sizeof values);
                sums[v] += __builtin_convertvector(values, doubles);
            }
        }
    }
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) {
        const float_sum_half result = __builtin_convertvector(sums[v] / doubles_of(divisor), float_sum_half);
        memcpy(y + v * FLOAT_SUM_LANES, &result, sizeof result);
    }
}

LANES_INLINE void float_sum(const arete_reduce_plan *plan, const float *x, float *y, size_t begin, size_t end,
                            double divisor, arete_reduce_function portable) {
    if (plan->rows || plan->kept_rank == 0 || plan->reduced_rank == 0 || plan->count == 0) {
        portable(plan, x, y, begin, end);
        return;
    }
    const size_t extent = plan->kept[plan->kept_rank - 1];
    for (size_t at = begin, run; at < end; at += run) {
        const size_t room = extent - at % extent;
        run = end - at < room ? end - at : room;
        if (run < FLOAT_SUM_LANES) {
            portable(plan, x, y, at, at + run);
            continue;
        }
        const float *const from = x + arete_kept_offset(plan, at);
        size_t j = 0;
        for (; j + FLOAT_SUM_VECTORS * FLOAT_SUM_LANES <= run; j += FLOAT_SUM_VECTORS * FLOAT_SUM_LANES) {
            float_sum_block(plan, from + j, y + at + j, divisor, FLOAT_SUM_VECTORS);
        }
        for (; j + 3 * FLOAT_SUM_LANES <= run; j += 3 * FLOAT_SUM_LANES) {
            float_sum_block(plan, from + j, y + at + j, divisor, 3);
        }
        // The last vector reaches back over results that are there already.
        for (; j < run; j += FLOAT_SUM_LANES) {
            const size_t first = j + FLOAT_SUM_LANES <= run ? j : run - FLOAT_SUM_LANES;
            float_sum_block(plan, from + first, y + at + first, divisor, 1);
        }
    }
}

static void float_sums(const arete_reduce_plan *plan, const void *x, void *y, size_t begin, size_t end) {
    float_sum(plan, x, y, begin, end, 1, arete_reduce_sums(ARETE_REDUCE_SUM, ARETE_FLOAT32));
}

static void float_means(const arete_reduce_plan *plan, const void *x, void *y, size_t begin, size_t end) {
    float_sum(plan, x, y, begin, end, (double)plan->count, arete_reduce_sums(ARETE_REDUCE_MEAN, ARETE_FLOAT32));
}

#define REDUCE(name)                                                                                                   \
    arete_reduce_function name(arete_reduce_operation operation, arete_element_type type) {                            \
        if (type != ARETE_FLOAT32) return arete_reduce(operation, type);                                               \
        return operation == ARETE_REDUCE_SUM    ? float_sums                                                           \
               : operation == ARETE_REDUCE_MEAN ? float_means                                                          \
                                                : arete_reduce(operation, type);                                       \
    }
