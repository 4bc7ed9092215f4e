// Comparisons of 8-bit operands of different quantizations, by tables.
#include "arete_quantized_compare.h"
#include "arete_requantize.h"

static void fill(int32_t table[256], arete_element_type type, arete_affine affine) {
    int32_t multiplier = 0, shift = 0;
    arete_quantize_multiplier(affine.scale, &multiplier, &shift);
    for (int32_t i = 0; i < 256; i++) {
        const int32_t x = (type == ARETE_INT8 ? (int8_t)i : i) - affine.zero_point;
        table[i] = arete_multiply_fixed(arete_shift_left(x, 8), multiplier, shift);
    }
}

bool arete_quantized_comparison_prepare(arete_quantized_comparison *comparison, arete_comparison kind,
                                        arete_element_type type, arete_affine a, arete_affine b) {
    if (type != ARETE_INT8 && type != ARETE_UINT8) {
        return false;
    }
    comparison->comparison = kind;
    fill(comparison->a_table, type, a);
    fill(comparison->b_table, type, b);
    return true;
}

#define COMPARE_LOOP(OPERATOR)                                                                                         \
    for (size_t i = 0; i < count; i++) output[i] = left[a[i * a_step]] OPERATOR right[b[i * b_step]]

void arete_quantized_compare_row(const arete_quantized_comparison *comparison, const uint8_t *a, size_t a_step,
                                 const uint8_t *b, size_t b_step, uint8_t *output, size_t count) {
    const int32_t *left = comparison->a_table, *right = comparison->b_table;
    switch (comparison->comparison) {
    case ARETE_COMPARE_EQUAL:
        COMPARE_LOOP(==);
        break;
    case ARETE_COMPARE_NOT_EQUAL:
        COMPARE_LOOP(!=);
        break;
    case ARETE_COMPARE_LESS:
        COMPARE_LOOP(<);
        break;
    case ARETE_COMPARE_LESS_EQUAL:
        COMPARE_LOOP(<=);
        break;
    case ARETE_COMPARE_GREATER:
        COMPARE_LOOP(>);
        break;
    default:
        COMPARE_LOOP(>=);
        break;
    }
}
