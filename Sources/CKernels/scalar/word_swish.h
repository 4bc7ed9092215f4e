// The swish of 16-bit quantized numbers as a loop of plain arithmetic, which the compiler gives the vectors of the
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

/// Whether no number of the loop leaves the range in which it is right before it is stored.
static inline bool word_swish_is_bounded(const arete_word_swish *swish) {
    const int32_t zero = swish->input.zero_point;
    const float most = (float)(zero < 0 ? INT16_MAX - zero : zero - INT16_MIN) * swish->input.scale;
    const float gate = rintf(1.0f / swish->gate.scale);
    return most < 87.0f && gate <= (float)(INT16_MAX - swish->gate.zero_point) && most / swish->output.scale < 0x1p21f;
}

/// x / scale within the range; a NaN becomes the lower bound.
ARETE_INLINED float word_swish_steps(float x, word_swish_range range, bool bounded) {
    const float steps = x / range.scale;
    const float above = bounded || steps > range.low ? steps : range.low;
    return bounded || above < range.high ? above : range.high;
}

// Steps depend on each other one after the other: four vectors take turns.
#define WORD_SWISH_LOOP _Pragma("clang loop vectorize(assume_safety) interleave_count(4)")

ARETE_INLINED void word_swish_loop(const arete_word_swish *swish, const int16_t *x, size_t count, int16_t *y,
                                   bool bounded) {
    const word_swish_range gate = word_swish_range_of(swish->gate), output = word_swish_range_of(swish->output);
    const float scale = swish->input.scale, magic = 12582912.0f; // what rounds, ties to even
    const int32_t zero = swish->input.zero_point, output_zero = swish->output.zero_point;
    WORD_SWISH_LOOP for (size_t i = 0; i < count; i++) {
        const float v = (float)(x[i] - zero) * scale;
        const float divisor = bounded ? arete_logistic_divisor_near_f32(v) : arete_logistic_divisor_f32(v);
        const float steps = word_swish_steps(1.0f / divisor, gate, bounded) + magic - magic;
        const float product = v * (steps * gate.scale);
        const int32_t result = arete_round_even(word_swish_steps(product, output, bounded)) + output_zero;
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
