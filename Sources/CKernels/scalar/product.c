// Matrix products of any type, with broadcast batches and free strides.
#include "arete_product.h"
#include "elements.h"

#pragma clang diagnostic ignored "-Wpass-failed"

enum { BLOCK = 64 }; // columns whose sums are kept together

bool arete_product_begin(arete_product_plan *plan, size_t a_rank, const size_t *a_shape, bool transpose_a,
                         size_t b_rank, const size_t *b_shape, bool transpose_b) {
    if (a_rank < 2 || b_rank < 2 || a_rank > ARETE_MAX_RANK || b_rank > ARETE_MAX_RANK) return false;
    memset(plan, 0, sizeof *plan);
    const size_t a_outer = a_shape[a_rank - 2], a_inner = a_shape[a_rank - 1];
    const size_t b_outer = b_shape[b_rank - 2], b_inner = b_shape[b_rank - 1];
    plan->rows = transpose_a ? a_inner : a_outer;
    plan->depth = transpose_a ? a_outer : a_inner;
    plan->columns = transpose_b ? b_outer : b_inner;
    if ((transpose_b ? b_inner : b_outer) != plan->depth) return false;
    plan->a_row = transpose_a ? 1 : (ptrdiff_t)a_inner;
    plan->a_depth = transpose_a ? (ptrdiff_t)a_inner : 1;
    plan->b_column = transpose_b ? (ptrdiff_t)b_inner : 1;
    plan->b_depth = transpose_b ? 1 : (ptrdiff_t)b_inner;
    plan->batch_rank = (a_rank > b_rank ? a_rank : b_rank) - 2;
    ptrdiff_t a_step = (ptrdiff_t)(a_outer * a_inner), b_step = (ptrdiff_t)(b_outer * b_inner);
    for (size_t i = 0; i < plan->batch_rank; i++) { // from the innermost batch dimension outwards
        const size_t d = plan->batch_rank - 1 - i;
        const size_t a = i + 2 < a_rank ? a_shape[a_rank - 3 - i] : 1;
        const size_t b = i + 2 < b_rank ? b_shape[b_rank - 3 - i] : 1;
        if (a != b && a != 1 && b != 1) return false;
        plan->batch[d] = a == 1 ? b : a;
        plan->a_batch[d] = a == 1 ? 0 : a_step;
        plan->b_batch[d] = b == 1 ? 0 : b_step;
        a_step *= (ptrdiff_t)a;
        b_step *= (ptrdiff_t)b;
    }
    return true;
}

size_t arete_product_rows(const arete_product_plan *plan) {
    size_t rows = plan->rows;
    for (size_t d = 0; d < plan->batch_rank; d++) rows *= plan->batch[d];
    return rows;
}

#define DEFINE(TAG, STORED, SUM, LOAD, STORE)                                                                          \
    static void product_##TAG(const arete_product_plan *plan, const void *a, const void *b, void *c, size_t begin,     \
                              size_t end) {                                                                            \
        for (size_t row = begin; row < end; row++) {                                                                   \
            const STORED *left = (const STORED *)a + (ptrdiff_t)(row % plan->rows) * plan->a_row;                      \
            const STORED *right = b;                                                                                   \
            size_t batch = row / plan->rows;                                                                           \
            for (size_t d = plan->batch_rank; d-- > 0;) {                                                              \
                const ptrdiff_t i = (ptrdiff_t)(batch % plan->batch[d]);                                               \
                batch /= plan->batch[d];                                                                               \
                left += i * plan->a_batch[d];                                                                          \
                right += i * plan->b_batch[d];                                                                         \
            }                                                                                                          \
            STORED *const to = (STORED *)c + row * plan->columns;                                                      \
            for (size_t first = 0; first < plan->columns; first += BLOCK) {                                            \
                const size_t n = plan->columns - first < BLOCK ? plan->columns - first : BLOCK;                        \
                SUM sums[BLOCK] = {0};                                                                                 \
                for (size_t k = 0; k < plan->depth; k++) {                                                             \
                    const SUM factor = (SUM)LOAD(left[(ptrdiff_t)k * plan->a_depth]);                                  \
                    const STORED *const from =                                                                         \
                        right + (ptrdiff_t)k * plan->b_depth + (ptrdiff_t)first * plan->b_column;                      \
                    if (plan->b_column == 1) {                                                                         \
                        for (size_t j = 0; j < n; j++) sums[j] += factor * (SUM)LOAD(from[j]);                         \
                    } else {                                                                                           \
                        for (size_t j = 0; j < n; j++) {                                                               \
                            sums[j] += factor * (SUM)LOAD(from[(ptrdiff_t)j * plan->b_column]);                        \
                        }                                                                                              \
                    }                                                                                                  \
                }                                                                                                      \
                for (size_t j = 0; j < n; j++) to[first + j] = (STORED)STORE(sums[j]);                                 \
            }                                                                                                          \
        }                                                                                                              \
    }
#define DEFINE_FLOAT(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, ...) DEFINE(TAG, STORED, COMPUTED, LOAD, STORE)
#define DEFINE_INTEGER(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, ...) DEFINE(TAG, STORED, uint64_t, LOAD, STORE)
ARETE_FOR_FLOATS(DEFINE_FLOAT, )
ARETE_FOR_INTEGERS(DEFINE_INTEGER, )

#define ENTRY(TAG, TYPE, ...) [TYPE] = product_##TAG,
static const arete_product_function functions[ARETE_ELEMENT_TYPES] = {ARETE_FOR_NUMBERS(ENTRY, )};

arete_product_function arete_product(arete_element_type type) {
    return arete_is_element_type(type) ? functions[type] : NULL;
}
