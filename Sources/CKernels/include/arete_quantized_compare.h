// Comparisons of 8-bit operands of different quantizations.
#pragma once
#include "arete_quantized.h"
#include "arete_types.h"

typedef enum {
    ARETE_COMPARE_EQUAL = 0,
    ARETE_COMPARE_NOT_EQUAL = 1,
    ARETE_COMPARE_LESS = 2,
    ARETE_COMPARE_LESS_EQUAL = 3,
    ARETE_COMPARE_GREATER = 4,
    ARETE_COMPARE_GREATER_EQUAL = 5,
} arete_comparison;

/// Holds no pointers, so it may be copied.
typedef struct {
    arete_comparison comparison;
    int32_t a_table[256], b_table[256]; // operands in fixed point with 8 fractional bits, by their bytes
} arete_quantized_comparison;

/// Both operands of one type, INT8 or UINT8; false for others. Fixed point, as TFLite's reference kernels.
ARETE_AT_LOAD bool arete_quantized_comparison_prepare(arete_quantized_comparison *comparison, arete_comparison kind,
                                                      arete_element_type type, arete_affine a, arete_affine b);

/// `count` dense results, 1 or 0; `a_step` and `b_step` are 1, or 0 for one value throughout.
void arete_quantized_compare_row(const arete_quantized_comparison *comparison, const uint8_t *a, size_t a_step,
                                 const uint8_t *b, size_t b_step, uint8_t *output, size_t count);
