// The k largest or smallest elements of a column, kept in a heap of indices whose root is the worst one kept. A file
// defines NEXT_TOP(TAG, column, i, n, root, largest): the first place from i on, before n, whose element of a dense
// column may be better than the root's, or n.
#pragma once
#include "arete_reduce.h"
#include "elements.h"

// NaN is larger than every number.
#define ABOVE(u, v) ((u) > (v) || ((u) != (u) && (v) == (v)))

#define TOP_LOOP(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, ...)                                                        \
    /* Whether element a comes before element b in the result. */                                                      \
    static inline bool before_##TAG(const STORED *column, size_t stride, bool largest, size_t a, size_t b) {           \
        const COMPUTED u = LOAD(column[a * stride]), v = LOAD(column[b * stride]);                                     \
        const bool above = ABOVE(u, v), below = ABOVE(v, u);                                                           \
        return above == below ? a < b : above == largest;                                                              \
    }                                                                                                                  \
    /* Restores the heap below place i. */                                                                             \
    static void sink_##TAG(const STORED *column, size_t stride, bool largest, size_t *heap, size_t size, size_t i) {   \
        for (;;) {                                                                                                     \
            size_t worst = i;                                                                                          \
            for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < size; child++) {                              \
                if (before_##TAG(column, stride, largest, heap[worst], heap[child])) worst = child;                    \
            }                                                                                                          \
            if (worst == i) return;                                                                                    \
            const size_t index = heap[i];                                                                              \
            heap[i] = heap[worst];                                                                                     \
            heap[worst] = index;                                                                                       \
            i = worst;                                                                                                 \
        }                                                                                                              \
    }                                                                                                                  \
    static void top_##TAG(const arete_top_plan *plan, const void *x, void *values, void *indices, size_t *scratch,     \
                          size_t begin, size_t end) {                                                                  \
        const size_t k = plan->k, stride = plan->inner;                                                                \
        if (k == 0) return;                                                                                            \
        for (size_t at = begin; at < end; at++) {                                                                      \
            const size_t outer = at / stride, inner = at % stride;                                                     \
            const STORED *const column = (const STORED *)x + outer * plan->n * stride + inner;                         \
            for (size_t i = 0; i < k; i++) scratch[i] = i;                                                             \
            for (size_t i = k / 2; i-- > 0;) sink_##TAG(column, stride, plan->largest, scratch, k, i);                 \
            for (size_t i = k; i < plan->n; i++) {                                                                     \
                if (stride == 1) i = NEXT_TOP(TAG, column, i, plan->n, scratch[0], plan->largest);                     \
                if (i == plan->n) break;                                                                               \
                if (!before_##TAG(column, stride, plan->largest, i, scratch[0])) continue;                             \
                scratch[0] = i;                                                                                        \
                sink_##TAG(column, stride, plan->largest, scratch, k, 0);                                              \
            }                                                                                                          \
            for (size_t left = k; left-- > 0;) {                                                                       \
                const size_t index = scratch[0], place = (outer * k + left) * stride + inner;                          \
                if (values != NULL) ((STORED *)values)[place] = column[index * stride];                                \
                if (indices != NULL && plan->wide) ((int64_t *)indices)[place] = (int64_t)index;                       \
                if (indices != NULL && !plan->wide) ((int32_t *)indices)[place] = (int32_t)index;                      \
                scratch[0] = scratch[left];                                                                            \
                sink_##TAG(column, stride, plan->largest, scratch, left, 0);                                           \
            }                                                                                                          \
        }                                                                                                              \
    }
