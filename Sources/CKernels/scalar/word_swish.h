// The swish of 16-bit quantized numbers as a loop of plain arithmetic, which the compiler gives the vectors of the
// instruction set in whose region it stands.
#pragma once
#include "arete_requantize.h"
#include "arete_word_swish.h"
#include "vector_math.h"

#include <math.h>

/// Bounds of numbers of one type, without their zero points.
typedef struct {
    float low, high;
} word_swish_range;

static inline word_swish_range word_swish_range_of(arete_affine affine) {
    return (word_swish_range){(float)(INT16_MIN - affine.zero_point), (float)(INT16_MAX - affine.zero_point)};
}

/// Steps within the range; a NaN becomes the lower bound.
ARETE_INLINED float word_swish_clamped(float steps, word_swish_range range) {
    const float above = steps > range.low ? steps : range.low;
    return above < range.high ? above : range.high;
}

/// What rounds to the nearest integer, ties to even, when it is added and taken off again.
static const float word_swish_magic = 0x1.8p23f;

/// Whether no number of the loop leaves the range in which it is right before it is stored.
static inline bool word_swish_is_bounded(const arete_word_swish *swish) {
    const int32_t zero = swish->input.zero_point;
    const float most = (float)(zero < 0 ? INT16_MAX - zero : zero - INT16_MIN) * swish->input.scale;
    const float gate = rintf(1.0f / swish->gate.scale);
    return most < 87.0f && gate <= (float)(INT16_MAX - swish->gate.zero_point) && most / swish->output.scale < 0x1p21f;
}

// Steps depend on each other one after the other: four vectors take turns.
#define WORD_SWISH_LOOP _Pragma("clang loop vectorize(assume_safety) interleave_count(4)")

/// All scales as one factor for the exponent, one for the gate and one for the product.
ARETE_INLINED void word_swish_loop(const arete_word_swish *swish, const int16_t *x, size_t count, int16_t *y,
                                   bool bounded) {
    const word_swish_range gate = word_swish_range_of(swish->gate), output = word_swish_range_of(swish->output);
    const float slope = swish->input.scale * -0x1.715476p+0f, inverse = 1.0f / swish->gate.scale;
    const float factor = (float)((double)swish->input.scale * (double)swish->gate.scale / (double)swish->output.scale);
    const int32_t zero = swish->input.zero_point, output_zero = swish->output.zero_point;
    WORD_SWISH_LOOP for (size_t i = 0; i < count; i++) {
        const float v = (float)(x[i] - zero), exponent = v * slope;
        const float low = exponent > -126.0f ? exponent : -126.0f, near = low < 126.0f ? low : 126.0f;
        // The sum's low bits hold the nearest integer n; the shift leaves it in the exponent.
        const float shifted = bounded ? __builtin_fmaf(v, slope, word_swish_magic) : near + word_swish_magic;
        const float n = shifted - word_swish_magic, r = bounded ? __builtin_fmaf(v, slope, -n) : near - n, r2 = r * r;
        // 2^r within 2^-23: a minimax polynomial.
        const float upper = __builtin_fmaf(0x1.5bba14p-10f, r, 0x1.3cea88p-7f);
        const float middle = __builtin_fmaf(0x1.c6b752p-5f, r, 0x1.ebf9bcp-3f);
        const float lower = __builtin_fmaf(0x1.62e42ap-1f, r, 1.0f);
        const float power = __builtin_fmaf(__builtin_fmaf(upper, r2, middle), r2, lower);
        const float scale = arete_float_from_bits((arete_bits_from_float(shifted) << 23) + 0x3f800000u);
        const float sigmoid = inverse / __builtin_fmaf(power, scale, 1.0f);
        const float steps = (bounded ? sigmoid : word_swish_clamped(sigmoid, gate)) + word_swish_magic;
        const float product = v * ((steps - word_swish_magic) * factor);
        const int32_t result = arete_round_even(bounded ? product : word_swish_clamped(product, output)) + output_zero;
        y[i] = (int16_t)(result < INT16_MIN ? INT16_MIN : result > INT16_MAX ? INT16_MAX : result);
    }
}

ARETE_INLINED void word_swish_row(const arete_word_swish *swish, const int16_t *x, size_t count, int16_t *y) {
    if (word_swish_is_bounded(swish)) {
        word_swish_loop(swish, x, count, y, true);
    } else {
        word_swish_loop(swish, x, count, y, false);
    }
}
