// Sums of quantized values in float arithmetic, as ONNX Runtime has them.
#pragma once
#include "arete_pair.h"
#include "arete_quantized.h"
#include "arete_types.h"

/// Bytes: result = a * a_ratio + (b * b_ratio + fixed), each product and sum rounded once, then to nearest, ties to
/// even. Words: the operands less their zero points, which keeps small numbers exact, and the result's added at the
/// end.
typedef struct {
    float a_ratio, b_ratio, fixed;
    float minimum, maximum;                         // of words without the zero point
    arete_element_type type;                        // INT8, UINT8 or INT16, of operands and result
    int32_t a_zero_point, b_zero_point, zero_point; // of words
} arete_quantized_sum;

/// Fills `sum`; `minimum` and `maximum` clamp the stored result. A scale of 0 leaves its operand out. False for other
/// types.
ARETE_AT_LOAD bool arete_quantized_sum_prepare(arete_quantized_sum *sum, arete_element_type type, arete_affine a,
                                               arete_affine b, arete_affine output, int32_t minimum, int32_t maximum);

/// Computes rows of results; `sum` is an arete_quantized_sum.
void arete_quantized_sum_rows(const void *sum, const arete_pair_rows *rows);
