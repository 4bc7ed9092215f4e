// Means and sums of 8-bit and 16-bit values over any axes, from one quantization to another.
#pragma once
#include "arete_quantized.h"
#include "arete_reduce.h"

typedef struct {
    arete_arithmetic arithmetic;
    arete_element_type type; // INT8, UINT8 or INT16
    int32_t zero_offset;     // of the sum: the input's zero point times the elements
    int32_t multiplier, shift;
    int32_t output_zero_point;
    float scale, offset;
} arete_quantized_reduction;

/// A mean (`mean`) or sum of `count` elements. ARETE_FAST takes 8-bit types only; false without such an arithmetic.
ARETE_AT_LOAD bool arete_quantized_reduction_prepare(arete_quantized_reduction *reduction, arete_arithmetic arithmetic,
                                                     bool mean, arete_element_type type, size_t count,
                                                     arete_affine input, arete_affine output);

/// Results `begin` to `end` of the plan, which has `count` elements a result.
void arete_quantized_reduce(const arete_quantized_reduction *reduction, const arete_reduce_plan *plan,
                            const void *input, void *output, size_t begin, size_t end);
