// Requantization: from 32-bit or 64-bit accumulators to quantized values, in every rounding the engine knows.
#pragma once
#include "arete_types.h"

/// How an accumulator is scaled and rounded to an integer.
typedef enum {
    /// float(accumulator) * scale, nearest, ties to even.
    ARETE_ROUND_FLOAT = 0,
    /// Saturating rounding doubling high multiply, then rounding shift right with ties away from zero.
    ARETE_ROUND_FIXED = 1,
    /// The same with ties of the shift upwards.
    ARETE_ROUND_FIXED_UP = 2,
    /// double(accumulator) * factor, nearest, ties away from zero.
    ARETE_ROUND_DOUBLE = 3,
} arete_rounding;

/// Scale of accumulators and range of results. Only the fields that `rounding` needs have to be set.
typedef struct {
    const float *scale;        // ARETE_ROUND_FLOAT
    const int32_t *multiplier; // fixed point: mantissa, Q31
    const int32_t *shift;      // fixed point: power of two, positive is left
    const double *factor;      // ARETE_ROUND_DOUBLE
    size_t step;               // 1: one entry per channel; 0: one entry for all
    arete_rounding rounding;
    arete_element_type output; // INT8, UINT8, INT16, or INT32: the accumulator as it is
    int32_t zero_point;
    int32_t minimum, maximum;
} arete_requantization;

/// Mantissa (Q31) and power of two of a positive real factor; 0 and 0 for factors below 2^-32.
ARETE_AT_LOAD void arete_quantize_multiplier(double factor, int32_t *multiplier, int32_t *shift);

/// Fixed-point scales of a convolution: input scale * weight scale / output scale in double precision.
ARETE_AT_LOAD void arete_conv_multipliers(float input_scale, const float *weight_scales, size_t count,
                                          float output_scale, int32_t *multipliers, int32_t *shifts);

/// The same for one scale where the product of the two scales is first rounded to single precision.
ARETE_AT_LOAD void arete_product_multiplier(float input_scale, float weight_scale, float output_scale,
                                            int32_t *multiplier, int32_t *shift);

/// Double-precision factors of a convolution: input scale * weight scale / output scale.
ARETE_AT_LOAD void arete_conv_factors(float input_scale, const float *weight_scales, size_t count, float output_scale,
                                      double *factors);

/// Single-precision scales of a convolution: (input scale * weight scale) / output scale.
ARETE_AT_LOAD void arete_conv_scales(float input_scale, const float *weight_scales, size_t count, float output_scale,
                                     float *scales);

/// Quantized bounds of a clamp to [low, high]; infinities mean the bound of the type.
/// `ties_to_even`: as a float requantization rounds them; otherwise ties away from zero.
ARETE_AT_LOAD void arete_quantized_clamp(float low, float high, float scale, int32_t zero_point,
                                         arete_element_type type, bool ties_to_even, int32_t *minimum,
                                         int32_t *maximum);

/// Requantizes `count` accumulators of channels `first` and up; `output` has the requantization's type.
void arete_requantize_row(const int32_t *restrict accumulators, size_t count, size_t first,
                          const arete_requantization *restrict requantization, void *restrict output);

/// 64-bit accumulators of 16-bit activations; a fixed-point multiplier is cut to 16 bits. Not ARETE_ROUND_FLOAT.
void arete_requantize_row_s64(const int64_t *restrict accumulators, size_t count, size_t first,
                              const arete_requantization *restrict requantization, void *restrict output);

/// High 32 bits of 2ab, rounded to nearest with ties upwards, saturated.
static inline int32_t arete_doubling_high_multiply(int32_t a, int32_t b) {
    if (a == INT32_MIN && b == INT32_MIN) {
        return INT32_MAX;
    }
    return (int32_t)(((int64_t)a * b + (INT64_C(1) << 30)) >> 31);
}

/// x / 2^exponent, nearest, ties away from zero; exponent in 0...31.
static inline int32_t arete_rounding_shift_right(int32_t x, int32_t exponent) {
    int32_t mask = (int32_t)((INT64_C(1) << exponent) - 1);
    int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
    return (x >> exponent) + ((x & mask) > threshold ? 1 : 0);
}

/// x * 2^shift, wrapping like the 32-bit product.
static inline int32_t arete_shift_left(int32_t x, int32_t shift) { return (int32_t)((uint32_t)x << shift); }

/// ARETE_ROUND_FIXED of one accumulator.
static inline int32_t arete_multiply_fixed(int32_t x, int32_t multiplier, int32_t shift) {
    int32_t left = shift > 0 ? shift : 0;
    int32_t right = shift > 0 ? 0 : -shift;
    return arete_rounding_shift_right(arete_doubling_high_multiply(arete_shift_left(x, left), multiplier), right);
}

/// ARETE_ROUND_FIXED_UP of one accumulator.
static inline int32_t arete_multiply_fixed_up(int32_t x, int32_t multiplier, int32_t shift) {
    int32_t left = shift > 0 ? shift : 0;
    int32_t right = shift > 0 ? 0 : -shift;
    int64_t product = arete_doubling_high_multiply(arete_shift_left(x, left), multiplier);
    return (int32_t)((product + ((INT64_C(1) << right) >> 1)) >> right);
}

/// A 64-bit accumulator times a multiplier cut to 16 bits, rounded once with ties upwards.
static inline int32_t arete_multiply_fixed_s64(int64_t x, int32_t multiplier, int32_t shift) {
    int32_t reduced = multiplier < 0x7FFF0000 ? (multiplier + (1 << 15)) >> 16 : 0x7FFF;
    int32_t right = 15 - shift;
    if (right < 1) {
        return (int32_t)((uint64_t)(x * reduced) << -right);
    }
    return (int32_t)((x * reduced + (INT64_C(1) << (right - 1))) >> right);
}

/// Nearest integer, ties to even, of a value below 2^22 in magnitude.
static inline int32_t arete_round_even(float x) {
    union {
        float value;
        int32_t bits;
    } shifted = {x + 12582912.0f};
    return shifted.bits - 0x4B400000;
}

static inline int32_t arete_clamp(int32_t x, int32_t low, int32_t high) { return x < low ? low : x > high ? high : x; }

/// Least and greatest value of an integer element type of at most 16 bits.
static inline int32_t arete_type_minimum(arete_element_type type) {
    return type == ARETE_INT8 ? INT8_MIN : type == ARETE_INT16 ? INT16_MIN : type == ARETE_INT4 ? -8 : 0;
}

static inline int32_t arete_type_maximum(arete_element_type type) {
    switch (type) {
    case ARETE_INT8:
        return INT8_MAX;
    case ARETE_UINT8:
        return UINT8_MAX;
    case ARETE_INT16:
        return INT16_MAX;
    case ARETE_INT4:
        return 7;
    case ARETE_UINT4:
        return 15;
    default:
        return UINT16_MAX;
    }
}
