// Exponential, hyperbolic tangent and error function of floats, of plain arithmetic that loops over them vectorize: the
// same bits on every machine, at most 1.0 (exp), 1.4 (tanh) and 1.2 (erf) units in the last place from the exact value.
// The polynomials are minimax fits.
#pragma once
#include "elements.h"
#include <math.h>

// Calls would keep loops from being vectorized.
#define ARETE_INLINED static inline __attribute__((always_inline))

/// e^x; 0 and infinity where it underflows and overflows, NaN for NaN.
ARETE_INLINED float arete_exp_f32(float x) {
    const float low = x < -104.0f ? -104.0f : x, v = low > 89.0f ? 89.0f : low;
    // The sum's low bits hold the nearest integer n to x / ln 2; ln 2 in two parts keeps the remainder exact.
    const float magic = 0x1.8p23f, shifted = v * 0x1.715476p+0f + magic, n = shifted - magic;
    const float r = (v - n * 0x1.62e400p-1f) - n * 0x1.7f7d1cp-20f;
    float q = 0x1.a1aff2p-13f;
    q = q * r + 0x1.6d977ap-10f;
    q = q * r + 0x1.111084p-7f;
    q = q * r + 0x1.555480p-5f;
    q = q * r + 0x1.555556p-3f;
    q = q * r + 0.5f;
    const float power = 1.0f + (r + r * r * q);
    // 2^n as two factors, because n itself may be outside the exponents of normal numbers.
    const int32_t whole = (int32_t)(arete_bits_from_float(shifted) - 0x4b400000u), half = whole >> 1;
    const float first = arete_float_from_bits((uint32_t)(half + 127) << 23);
    const float second = arete_float_from_bits((uint32_t)(whole - half + 127) << 23);
    return power * first * second;
}

/// e^x of an x from -87 to 89 as a number near 1, which is returned, times `scale`, a power of two: infinity above
/// 2^127. With fused multiply-adds it takes half the operations of the exponential.
ARETE_INLINED float arete_exp_parts_f32(float x, float *scale) {
    // The sum's low bits hold the nearest integer n to x / ln 2; the shift leaves n in the exponent.
    const float magic = 0x1.8p23f, shifted = __builtin_fmaf(x, 0x1.715476p+0f, magic), n = shifted - magic;
    const float r = __builtin_fmaf(n, -0x1.7f7d1cp-20f, __builtin_fmaf(n, -0x1.62e400p-1f, x));
    float q = 0x1.a1aff2p-13f;
    q = __builtin_fmaf(q, r, 0x1.6d977ap-10f);
    q = __builtin_fmaf(q, r, 0x1.111084p-7f);
    q = __builtin_fmaf(q, r, 0x1.555480p-5f);
    q = __builtin_fmaf(q, r, 0x1.555556p-3f);
    q = __builtin_fmaf(q, r, 0.5f);
    *scale = arete_float_from_bits((arete_bits_from_float(shifted) << 23) + 0x3f800000u);
    return 1.0f + __builtin_fmaf(q, r * r, r);
}

/// 1 + e^-v of a v from -89 to 87, for logistic functions; NaN for NaN. Within 1.5 units in the last place.
ARETE_INLINED float arete_logistic_divisor_near_f32(float v) {
    float scale;
    const float power = arete_exp_parts_f32(-v, &scale);
    return __builtin_fmaf(power, scale, 1.0f);
}

/// The same of any x.
ARETE_INLINED float arete_logistic_divisor_f32(float x) {
    const float low = x < -89.0f ? -89.0f : x;
    return arete_logistic_divisor_near_f32(low > 87.0f ? 87.0f : low);
}

ARETE_INLINED float arete_tanh_f32(float x) {
    const float t = fabsf(x), u = x * x;
    float q = -0x1.76abd0p-8f;
    q = q * u + 0x1.5256c6p-6f;
    q = q * u - 0x1.b84446p-5f;
    q = q * u + 0x1.110768p-3f;
    q = q * u - 0x1.555534p-2f;
    const float near = x * (1.0f + u * q);
    const float far = copysignf(1.0f - 2.0f / (arete_exp_f32(2.0f * t) + 1.0f), x);
    return t < 0.625f ? near : x != x ? x : far;
}

ARETE_INLINED float arete_erf_f32(float x) {
    const float u = x * x, magnitude = fabsf(x), t = magnitude > 4.0f ? 4.0f : magnitude;
    float q = -0x1.44cfb4p-17f;
    q = __builtin_fmaf(q, u, 0x1.d8b888p-14f);
    q = __builtin_fmaf(q, u, -0x1.bcd7dep-11f);
    q = __builtin_fmaf(q, u, 0x1.562b1ap-8f);
    q = __builtin_fmaf(q, u, -0x1.b829d8p-6f);
    q = __builtin_fmaf(q, u, 0x1.ce2f0ap-4f);
    q = __builtin_fmaf(q, u, -0x1.812746p-2f);
    q = __builtin_fmaf(q, u, 0x1.06eba8p-3f);
    float p = -0x1.6bd73cp-16f;
    p = __builtin_fmaf(p, t, 0x1.cec58ep-12f);
    p = __builtin_fmaf(p, t, -0x1.138c9cp-8f);
    p = __builtin_fmaf(p, t, 0x1.9d02f0p-6f);
    p = __builtin_fmaf(p, t, -0x1.bc1510p-4f);
    p = __builtin_fmaf(p, t, 0x1.779530p-2f);
    p = __builtin_fmaf(p, t, -0x1.212c0cp+0f);
    p = __builtin_fmaf(p, t, 0x1.8a5686p-13f);
    float scale;
    const float power = arete_exp_parts_f32(__builtin_fmaf(-t, t, p), &scale);
    const float far = copysignf(__builtin_fmaf(-power, scale, 1.0f), x);
    return magnitude < 1.0f ? __builtin_fmaf(x, q, x) : x != x ? x : far;
}

static inline double arete_logistic_divisor(double x) { return 1 + exp(-x); }

// By the operand's type: the functions above for floats, the library's for doubles.
#define ARETE_EXP(v) _Generic((v), float : arete_exp_f32, double : exp)(v)
#define ARETE_LOGISTIC_DIVISOR(v) _Generic((v), float : arete_logistic_divisor_f32, double : arete_logistic_divisor)(v)
#define ARETE_TANH(v) _Generic((v), float : arete_tanh_f32, double : tanh)(v)
#define ARETE_ERF(v) _Generic((v), float : arete_erf_f32, double : erf)(v)
