// Elementwise functions of one float, as expressions of v.
#pragma once
#include "vector_math.h"
#include <tgmath.h>

// Rounds to nearest even without a library call: large values are integers already, the sum rounds all others.
static inline float round_even_f32(float v) {
    const float magnitude = fabsf(v);
    return magnitude < 0x1p23f ? copysignf((magnitude + 0x1p23f) - 0x1p23f, v) : v;
}

static inline double round_even_f64(double v) {
    const double magnitude = fabs(v);
    return magnitude < 0x1p52 ? copysign((magnitude + 0x1p52) - 0x1p52, v) : v;
}

// The builtin sets no errno, so that loops over it vectorize; clang 17 may lack it.
#if __has_builtin(__builtin_elementwise_sqrt)
#define SQRT_OF(v) __builtin_elementwise_sqrt(v)
#else
#define SQRT_OF(v) sqrt(v)
#endif
#define ROUND_EVEN(v) _Generic((v), float : round_even_f32, double : round_even_f64)(v)

static inline float floor_f32(float v) {
    const float whole = round_even_f32(v);
    return whole > v ? whole - 1 : whole;
}

static inline double floor_f64(double v) {
    const double whole = round_even_f64(v);
    return whole > v ? whole - 1 : whole;
}

#define FLOOR_OF(v) _Generic((v), float : floor_f32, double : floor_f64)(v)
#define SOFTPLUS(v) ((v) > 0 ? (v) + log1p(exp(-(v))) : log1p(exp(v)))

// v tanh(softplus(v)), as a quotient of exponentials; beyond 20 the quotient is 1.
ARETE_INLINED float mish_f32(float v) {
    const float power = arete_exp_f32(v > 20.0f ? 20.0f : v), n = power * (power + 2.0f);
    return v * (n / (n + 2.0f));
}

static inline double mish_f64(double v) { return v * tanh(SOFTPLUS(v)); }

#define MISH_OF(v) _Generic((v), float : mish_f32, double : mish_f64)(v)
#define LIKE(v, constant) ((__typeof__(v))(constant))
#define CLAMPED(v, low, high) ((v) < LIKE(v, low) ? LIKE(v, low) : (v) > LIKE(v, high) ? LIKE(v, high) : (v))
// NaN is a value that no comparison holds for: written so that it falls through to v.
#define SIGN(v) ((v) > 0 ? LIKE(v, 1) : (v) < 0 ? LIKE(v, -1) : (v) == 0 ? LIKE(v, 0) : (v))

// X(operation, value of v)
#define FLOAT_OPERATIONS(X)                                                                                            \
    X(ABS, fabs(v))                                                                                                    \
    X(NEG, -v)                                                                                                         \
    X(SIGN, SIGN(v))                                                                                                   \
    X(SQUARE, v *v)                                                                                                    \
    X(RELU, v < 0 ? LIKE(v, 0) : v)                                                                                    \
    X(RELU6, CLAMPED(v, 0, 6))                                                                                         \
    X(RELU_N1, CLAMPED(v, -1, 1))                                                                                      \
    X(CEIL, -FLOOR_OF(-v))                                                                                             \
    X(FLOOR, FLOOR_OF(v))                                                                                              \
    X(ROUND, ROUND_EVEN(v))                                                                                            \
    X(SQRT, SQRT_OF(v))                                                                                                \
    X(RSQRT, LIKE(v, 1) / SQRT_OF(v))                                                                                  \
    X(RECIPROCAL, LIKE(v, 1) / v)                                                                                      \
    X(EXP, ARETE_EXP(v))                                                                                               \
    X(LOG, log(v))                                                                                                     \
    X(SIN, sin(v))                                                                                                     \
    X(COS, cos(v))                                                                                                     \
    X(TAN, tan(v))                                                                                                     \
    X(ASIN, asin(v))                                                                                                   \
    X(ACOS, acos(v))                                                                                                   \
    X(ATAN, atan(v))                                                                                                   \
    X(SINH, sinh(v))                                                                                                   \
    X(COSH, cosh(v))                                                                                                   \
    X(TANH, ARETE_TANH(v))                                                                                             \
    X(ASINH, asinh(v))                                                                                                 \
    X(ACOSH, acosh(v))                                                                                                 \
    X(ATANH, atanh(v))                                                                                                 \
    X(ERF, ARETE_ERF(v))                                                                                               \
    X(SIGMOID, LIKE(v, 1) / ARETE_LOGISTIC_DIVISOR(v))                                                                 \
    X(SOFTPLUS, SOFTPLUS(v))                                                                                           \
    X(SOFTSIGN, v / (LIKE(v, 1) + fabs(v)))                                                                            \
    X(MISH, MISH_OF(v))                                                                                                \
    X(GELU, LIKE(v, 0.5) * v * (LIKE(v, 1) + ARETE_ERF(v * LIKE(v, M_SQRT1_2))))                                       \
    X(GELU_TANH, LIKE(v, 0.5) * v *                                                                                    \
                     (LIKE(v, 1) + ARETE_TANH(LIKE(v, M_2_SQRTPI * M_SQRT1_2) * (v + LIKE(v, 0.044715) * v * v * v)))) \
    X(HARD_SWISH, v *CLAMPED(v + 3, 0, 6) * LIKE(v, 1.0 / 6))                                                          \
    X(HARD_SWISH_ONNX, v *CLAMPED(v / 6 + LIKE(v, 0.5), 0, 1))
