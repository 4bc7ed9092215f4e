// The swish of 16-bit quantized numbers as one loop of plain arithmetic, which the compiler gives the vectors of the
// instruction set in whose region it stands.
#pragma once
#include "arete_requantize.h"
#include "arete_word_swish.h"
#include "vector_math.h"

#include <math.h>

/// Numbers of one type of the loop, without their zero points.
typedef struct {
    float scale, low, high;
} word_swish_range;

static inline word_swish_range word_swish_range_of(arete_affine affine) {
    return (word_swish_range){affine.scale, (float)(INT16_MIN - affine.zero_point),
                              (float)(INT16_MAX - affine.zero_point)};
}

/// x / scale, rounded to nearest, ties to even, within the range; a NaN becomes the lower bound.
ARETE_INLINED float word_swish_quantized(float x, word_swish_range range) {
    const float steps = x / range.scale;
    const float above = steps > range.low ? steps : range.low, inside = above < range.high ? above : range.high;
    const float magic = 12582912.0f;
    return inside + magic - magic;
}

ARETE_INLINED void word_swish_row(const arete_word_swish *swish, const int16_t *x, size_t count, int16_t *y) {
    const word_swish_range gate = word_swish_range_of(swish->gate), output = word_swish_range_of(swish->output);
    const float scale = swish->input.scale;
    const int32_t zero = swish->input.zero_point, output_zero = swish->output.zero_point;
    ARETE_ELEMENTWISE for (size_t i = 0; i < count; i++) {
        const float v = (float)(x[i] - zero) * scale;
        const float sigmoid = 1.0f / arete_logistic_divisor_f32(v);
        const float product = v * (word_swish_quantized(sigmoid, gate) * gate.scale);
        y[i] = (int16_t)((int32_t)word_swish_quantized(product, output) + output_zero);
    }
}
