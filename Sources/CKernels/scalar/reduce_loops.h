// The loop of a reduction, as a macro, and the walk over what becomes one result.
#pragma once
#include "arete_reduce.h"
#include "elements.h"

enum {
    ARETE_REDUCE_LANES = 8,    // partial results of a row, combined in a fixed order at the end
    ARETE_REDUCE_COLUMNS = 64, // neighbouring results that are computed together
};

static inline size_t arete_kept_offset(const arete_reduce_plan *plan, size_t result) {
    size_t offset = 0;
    for (size_t d = plan->kept_rank; d-- > 0;) {
        offset += result % plan->kept[d] * plan->kept_stride[d];
        result /= plan->kept[d];
    }
    return offset;
}

/// Offset of step `step` of the walk over the first `rank` reduced dimensions.
static inline size_t arete_reduced_offset(const arete_reduce_plan *plan, size_t rank, size_t step) {
    size_t offset = 0;
    for (size_t d = rank; d-- > 0;) {
        offset += step % plan->reduced[d] * plan->reduced_stride[d];
        step /= plan->reduced[d];
    }
    return offset;
}

/// Results from `result` on, before `end`, that lie next to each other in x.
static inline size_t arete_kept_run(const arete_reduce_plan *plan, size_t result, size_t end) {
    if (plan->kept_rank == 0) return 1;
    const size_t extent = plan->kept[plan->kept_rank - 1];
    const size_t room = extent - result % extent;
    const size_t run = end - result < room ? end - result : room;
    return run < ARETE_REDUCE_COLUMNS ? run : ARETE_REDUCE_COLUMNS;
}

// Defines OPERATION_TAG: STEP(sum, v) takes an element into a partial result, MERGE(sum, other) joins two, FINISH(sum,
// n) is the result of n elements.
#define ARETE_REDUCTION(TAG, STORED, COMPUTED, LOAD, STORE, OPERATION, SUM, START, STEP, MERGE, FINISH)                \
    static void OPERATION##_##TAG(const arete_reduce_plan *plan, const void *x, void *y, size_t begin, size_t end) {   \
        const STORED *const source = x;                                                                                \
        STORED *const target = y;                                                                                      \
        if (plan->rows) {                                                                                              \
            const size_t outer = plan->reduced_rank - 1, n = plan->reduced[outer];                                     \
            const size_t rows = n == 0 ? 0 : plan->count / n;                                                          \
            for (size_t at = begin; at < end; at++) {                                                                  \
                const STORED *const base = source + arete_kept_offset(plan, at);                                       \
                SUM sums[ARETE_REDUCE_LANES];                                                                          \
                for (size_t l = 0; l < ARETE_REDUCE_LANES; l++) sums[l] = START;                                       \
                for (size_t r = 0; r < rows; r++) {                                                                    \
                    const STORED *const row = base + arete_reduced_offset(plan, outer, r);                             \
                    size_t i = 0;                                                                                      \
                    for (; i + ARETE_REDUCE_LANES <= n; i += ARETE_REDUCE_LANES) {                                     \
                        for (size_t l = 0; l < ARETE_REDUCE_LANES; l++) {                                              \
                            const COMPUTED v = LOAD(row[i + l]);                                                       \
                            sums[l] = STEP(sums[l], v);                                                                \
                        }                                                                                              \
                    }                                                                                                  \
                    for (size_t l = 0; i < n; i++, l++) {                                                              \
                        const COMPUTED v = LOAD(row[i]);                                                               \
                        sums[l] = STEP(sums[l], v);                                                                    \
                    }                                                                                                  \
                }                                                                                                      \
                for (size_t half = ARETE_REDUCE_LANES / 2; half > 0; half /= 2) {                                      \
                    for (size_t l = 0; l < half; l++) sums[l] = MERGE(sums[l], sums[l + half]);                        \
                }                                                                                                      \
                target[at] = (STORED)STORE(FINISH(sums[0], plan->count));                                              \
            }                                                                                                          \
        } else {                                                                                                       \
            for (size_t at = begin, run; at < end; at += run) {                                                        \
                run = arete_kept_run(plan, at, end);                                                                   \
                const STORED *const base = source + arete_kept_offset(plan, at);                                       \
                SUM sums[ARETE_REDUCE_COLUMNS];                                                                        \
                for (size_t j = 0; j < run; j++) sums[j] = START;                                                      \
                for (size_t r = 0; r < plan->count; r++) {                                                             \
                    const STORED *const row = base + arete_reduced_offset(plan, plan->reduced_rank, r);                \
                    for (size_t j = 0; j < run; j++) {                                                                 \
                        const COMPUTED v = LOAD(row[j]);                                                               \
                        sums[j] = STEP(sums[j], v);                                                                    \
                    }                                                                                                  \
                }                                                                                                      \
                for (size_t j = 0; j < run; j++) target[at + j] = (STORED)STORE(FINISH(sums[j], plan->count));         \
            }                                                                                                          \
        }                                                                                                              \
    }

/// One file a group of operations; null for operations of another group.
arete_reduce_function arete_reduce_sums(arete_reduce_operation operation, arete_element_type type);
arete_reduce_function arete_reduce_extrema(arete_reduce_operation operation, arete_element_type type);
