// ONNX's QuantizeLinear and DequantizeLinear: scales and zero points are tensors, for the whole, along an axis, or in
// blocks.
#pragma once
#include "arete_types.h"

/// x and y [outer][extent][inner]. Elements e * block ..< (e + 1) * block of the extent share a scale: scales are
/// [blocks], or [outer][blocks][inner] where they are by place. Zero points have the scales' shape.
typedef struct {
    size_t extent, inner, block, blocks;
    bool by_place;
} arete_linear_plan;

/// Elements begin ..< end: y = x / scale, nearest, ties to even, plus the zero point, saturated to the type. NaN gives
/// the zero point. `zero` may be null. False for a type that is not int8, uint8, int16, uint16, int4 or uint4.
bool arete_quantize_linear(const arete_linear_plan *plan, const float *x, const float *scale, const int32_t *zero,
                           arete_element_type type, void *y, size_t begin, size_t end);

/// Elements begin ..< end: y = (x - zero point) * scale. `zero` may be null. False for a type that is none of the above
/// nor int32.
bool arete_dequantize_linear(const arete_linear_plan *plan, arete_element_type type, const void *x, const float *scale,
                             const int32_t *zero, float *y, size_t begin, size_t end);
