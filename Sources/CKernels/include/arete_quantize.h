// Floats to quantized values and back.
#pragma once
#include "arete_quantized.h"
#include "arete_types.h"

/// How a quotient of a value and the scale becomes an integer.
typedef enum {
    ARETE_QUANTIZE_DIVIDE_AWAY = 0,   // value / scale, ties away from zero
    ARETE_QUANTIZE_DIVIDE_EVEN = 1,   // value / scale, ties to even
    ARETE_QUANTIZE_MULTIPLY_EVEN = 2, // value * (1 / scale), ties to even
    ARETE_QUANTIZE_MULTIPLY_AWAY = 3, // value * (1 / scale), ties away from zero
} arete_quantize_rounding;

/// output[i] = value rounded, plus the zero point, clamped to the type (INT8, UINT8, INT16, UINT16, INT4, UINT4).
/// NaN becomes the least value.
void arete_quantize(arete_quantize_rounding rounding, arete_affine affine, arete_element_type type,
                    const float *restrict input, size_t count, void *restrict output);

/// output[i] = (input[i] - zero_point) * scale, for 8-bit, 16-bit and 32-bit integers (INT4 and UINT4 unpacked).
void arete_dequantize(arete_affine affine, arete_element_type type, const void *restrict input, size_t count,
                      float *restrict output);
