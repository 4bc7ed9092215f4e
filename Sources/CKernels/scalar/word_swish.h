// What the swish of 16-bit quantized numbers is made of, for the portable kernel and those of vectors.
#pragma once
#include "arete_requantize.h"
#include "arete_word_swish.h"
#include "vector_math.h"

/// Bounds of numbers of one type, without their zero points.
typedef struct {
    float low, high;
} word_swish_range;

static inline word_swish_range word_swish_range_of(arete_affine affine) {
    return (word_swish_range){(float)(INT16_MIN - affine.zero_point), (float)(INT16_MAX - affine.zero_point)};
}

/// What rounds to the nearest integer, ties to even, when it is added and taken off again.
#define WORD_SWISH_MAGIC 0x1.8p23f

/// Exponents are eighths: what their rests need of 2^(r / 8), a minimax polynomial whose first term is 1 (2.6e-8).
#define WORD_SWISH_FIRST 0x1.62e43p-4f
#define WORD_SWISH_SECOND 0x1.ec0c4ap-9f
#define WORD_SWISH_THIRD 0x1.c6be34p-14f
#define WORD_SWISH_MOST 1008.0f // eighths of an exponent of 126

/// The bits of 2^(n / 8) for n up to 7 less those that n, shifted by 20, adds to them: twice, for vectors of 16.
static const int32_t word_swish_powers[16] = {0x3f800000, 0x3f7b95c2, 0x3f7837f0, 0x3f75fed7, 0x3f7504f3, 0x3f75672a,
                                              0x3f7744fd, 0x3f7ac0c7, 0x3f800000, 0x3f7b95c2, 0x3f7837f0, 0x3f75fed7,
                                              0x3f7504f3, 0x3f75672a, 0x3f7744fd, 0x3f7ac0c7};

/// All scales as one factor for the exponent, one for the gate and one for the product.
typedef struct {
    float slope, inverse, factor;
    word_swish_range gate, output;
    int32_t zero, output_zero;
    bool is_bounded; // no number but the gate leaves the range in which it is right before it is stored
} word_swish_form;

static inline word_swish_form word_swish_form_of(const arete_word_swish *swish) {
    const int32_t zero = swish->input.zero_point;
    const float most = (float)(zero < 0 ? INT16_MAX - zero : zero - INT16_MIN) * swish->input.scale;
    return (word_swish_form){
        .slope = swish->input.scale * -0x1.715476p+3f,
        .inverse = 1.0f / swish->gate.scale,
        .factor = (float)((double)swish->input.scale * (double)swish->gate.scale / (double)swish->output.scale),
        .gate = word_swish_range_of(swish->gate),
        .output = word_swish_range_of(swish->output),
        .zero = zero,
        .output_zero = swish->output.zero_point,
        .is_bounded = most >= 0 && most < 87.0f && most / swish->output.scale < 0x1p21f && swish->gate.scale > 0x1p-21f,
    };
}
