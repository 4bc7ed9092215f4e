// Sums and means of floats where neighbouring results lie next to each other (channels last): results are the lanes,
// and each is added up in double in the portable loops' order. To be included inside the target region.
#pragma once
#include "../../scalar/reduce_loops.h"
#include "double_sums.h"

/// Sums of `vectors` vectors of neighbours of x, over a divisor.
LANES_INLINE void float_sum_block(const arete_reduce_plan *plan, const float *x, float *y, double divisor,
                                  const size_t vectors) {
    const size_t last = plan->reduced_rank - 1, n = plan->reduced[last], stride = plan->reduced_stride[last];
    doubles sums[DOUBLE_SUM_VECTORS];
    double_sums_start(sums, vectors);
    for (size_t r = 0; r < plan->count; r += n) {
        const float *row = x + arete_reduced_offset(plan, last, r / n);
        for (size_t i = 0; i < n; i++, row += stride) double_sums_add(sums, row, vectors);
    }
    double_sums_store(sums, divisor, y, vectors);
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
        if (run < DOUBLE_SUM_LANES) {
            portable(plan, x, y, at, at + run);
            continue;
        }
        const float *const from = x + arete_kept_offset(plan, at);
        size_t j = 0;
        for (; j + DOUBLE_SUM_VECTORS * DOUBLE_SUM_LANES <= run; j += DOUBLE_SUM_VECTORS * DOUBLE_SUM_LANES) {
            float_sum_block(plan, from + j, y + at + j, divisor, DOUBLE_SUM_VECTORS);
        }
        for (; j + 3 * DOUBLE_SUM_LANES <= run; j += 3 * DOUBLE_SUM_LANES) {
            float_sum_block(plan, from + j, y + at + j, divisor, 3);
        }
        // The last vector reaches back over results that are there already.
        for (; j < run; j += DOUBLE_SUM_LANES) {
            const size_t first = j + DOUBLE_SUM_LANES <= run ? j : run - DOUBLE_SUM_LANES;
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
