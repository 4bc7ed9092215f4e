// Comparisons of rows of bytes with one value: a table of the results.
#pragma once
#include "arete_quantized_compare.h"
#include "lookup.h"

static void compare_table(arete_comparison comparison, const int32_t *restrict left, int32_t right,
                          uint8_t *restrict results) {
#define COMPARED(OPERATOR)                                                                                             \
    for (size_t i = 0; i < 256; i++) results[i] = left[i] OPERATOR right;                                              \
    break
    switch (comparison) {
    case ARETE_COMPARE_EQUAL:
        COMPARED(==);
    case ARETE_COMPARE_NOT_EQUAL:
        COMPARED(!=);
    case ARETE_COMPARE_LESS:
        COMPARED(<);
    case ARETE_COMPARE_LESS_EQUAL:
        COMPARED(<=);
    case ARETE_COMPARE_GREATER:
        COMPARED(>);
    default:
        COMPARED(>=);
    }
#undef COMPARED
}

/// The comparison with the operands exchanged.
static inline arete_comparison compare_exchanged(arete_comparison comparison) {
    switch (comparison) {
    case ARETE_COMPARE_LESS:
        return ARETE_COMPARE_GREATER;
    case ARETE_COMPARE_LESS_EQUAL:
        return ARETE_COMPARE_GREATER_EQUAL;
    case ARETE_COMPARE_GREATER:
        return ARETE_COMPARE_LESS;
    case ARETE_COMPARE_GREATER_EQUAL:
        return ARETE_COMPARE_LESS_EQUAL;
    default:
        return comparison;
    }
}

// Two rows stay with the portable kernel: two gathers take as long as its two look-ups.
#define COMPARE_ROW(name, look)                                                                                        \
    void name(const arete_quantized_comparison *c, const uint8_t *a, size_t a_step, const uint8_t *b, size_t b_step,   \
              uint8_t *output, size_t count) {                                                                         \
        if (a_step == b_step || count < 256) {                                                                         \
            arete_quantized_compare_row(c, a, a_step, b, b_step, output, count);                                       \
            return;                                                                                                    \
        }                                                                                                              \
        uint8_t results[256];                                                                                          \
        if (a_step != 0) {                                                                                             \
            compare_table(c->comparison, c->a_table, c->b_table[b[0]], results);                                       \
        } else {                                                                                                       \
            compare_table(compare_exchanged(c->comparison), c->b_table, c->a_table[a[0]], results);                    \
        }                                                                                                              \
        look(results, a_step != 0 ? a : b, count, output, count, 1, count);                                            \
    }
