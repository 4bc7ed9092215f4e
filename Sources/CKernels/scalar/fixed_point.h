// Fixed-point functions on Q-format 32-bit numbers: exponential, reciprocal, inverse square root, logistic, tanh, log.
// "Qn" below has n integer bits, 31 - n fractional bits and a sign. The constants fix the bits, so they may not change.
#pragma once
#include "arete_requantize.h"

/// a * b of Qm and Qn is Q(m + n).
static inline int32_t fixed_multiply(int32_t a, int32_t b) { return arete_doubling_high_multiply(a, b); }

static inline int32_t fixed_add(int32_t a, int32_t b) { return (int32_t)((uint32_t)a + (uint32_t)b); }

static inline int32_t fixed_subtract(int32_t a, int32_t b) { return (int32_t)((uint32_t)a - (uint32_t)b); }

static inline int32_t fixed_saturate(int64_t x) {
    return x > INT32_MAX ? INT32_MAX : x < INT32_MIN ? INT32_MIN : (int32_t)x;
}

/// x * 2^exponent: saturating upwards, rounding downwards.
static inline int32_t fixed_scale(int32_t x, int32_t exponent) {
    return exponent >= 0 ? fixed_saturate(exponent > 31 ? x * (INT64_C(1) << 31) : x * (INT64_C(1) << exponent))
                         : arete_rounding_shift_right(x, -exponent);
}

static inline int32_t fixed_half_sum(int32_t a, int32_t b) {
    int64_t sum = (int64_t)a + b;
    return (int32_t)((sum + (sum >= 0 ? 1 : -1)) / 2);
}

static inline int32_t fixed_leading_zeros(uint32_t x) { return x == 0 ? 32 : __builtin_clz(x); }

/// Q0 exp(a) of a Q0 in -1/4 ... 0: Taylor polynomial of degree 4 around -1/8.
static inline int32_t fixed_exp_quarter(int32_t a) {
    const int32_t exp_minus_eighth = 1895147668, third = 715827883;
    int32_t x = fixed_add(a, INT32_C(1) << 28);
    int32_t x2 = fixed_multiply(x, x), x3 = fixed_multiply(x2, x), x4 = fixed_multiply(x2, x2);
    int32_t x4_4 = arete_rounding_shift_right(x4, 2);
    int32_t tail = arete_rounding_shift_right(fixed_add(fixed_multiply(fixed_add(x4_4, x3), third), x2), 1);
    return fixed_saturate((int64_t)exp_minus_eighth + fixed_multiply(exp_minus_eighth, fixed_add(x, tail)));
}

/// Q0 exp(a) of a not positive number with `integer_bits` integer bits, 0 ... 5.
static inline int32_t fixed_exp(int32_t a, int32_t integer_bits) {
    static const int32_t factors[7] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
    const int32_t fraction_bits = 31 - integer_bits;
    const int32_t quarter = INT32_C(1) << (fraction_bits - 2);
    if (a == 0) {
        return INT32_MAX;
    }
    int32_t rest = (a & (quarter - 1)) - quarter;
    int32_t result = fixed_exp_quarter(fixed_scale(rest, integer_bits));
    int32_t remainder = fixed_subtract(rest, a);
    for (int32_t exponent = -2; exponent < 5; exponent++) {
        if (integer_bits > exponent && (remainder & (INT32_C(1) << (fraction_bits + exponent))) != 0) {
            result = fixed_multiply(result, factors[exponent + 2]);
        }
    }
    return result;
}

/// Q2 Newton approximation of 2 / (1 + a) / 2 ... that is 1 / ((1 + a) / 2) of a Q0 in 0 ... 1.
static inline int32_t fixed_newton_reciprocal(int32_t a) {
    const int32_t c48_17 = 1515870810, c32_17 = -1010580540, one = INT32_C(1) << 29;
    int32_t half = fixed_half_sum(a, INT32_MAX);
    int32_t x = fixed_add(c48_17, fixed_multiply(half, c32_17));
    for (int i = 0; i < 3; i++) {
        int32_t error = fixed_subtract(one, fixed_multiply(half, x));
        x = fixed_add(x, fixed_scale(fixed_multiply(x, error), 2));
    }
    return x;
}

/// Q0 1 / (1 + a) of a Q0 in 0 ... 1.
static inline int32_t fixed_one_over_one_plus(int32_t a) { return fixed_scale(fixed_newton_reciprocal(a), 1); }

/// Q0 (1 - a) / (1 + a) of a Q0 in 0 ... 1.
static inline int32_t fixed_one_minus_over_one_plus(int32_t a) {
    return fixed_scale(fixed_subtract(fixed_newton_reciprocal(a), INT32_C(1) << 29), 2);
}

/// Q0 logistic function.
static inline int32_t fixed_logistic(int32_t a, int32_t integer_bits) {
    if (a == 0) {
        return INT32_C(1) << 30;
    }
    int32_t positive = a > 0 ? a : fixed_subtract(0, a);
    int32_t result = fixed_one_over_one_plus(fixed_exp(fixed_subtract(0, positive), integer_bits));
    return a > 0 ? result : fixed_subtract(INT32_MAX, result);
}

/// Q0 tanh.
static inline int32_t fixed_tanh(int32_t a, int32_t integer_bits) {
    if (a == 0) {
        return 0;
    }
    // exp(-2a) of a with n integer bits is the exponential of the same raw number with n + 1.
    int32_t negative = a < 0 ? a : fixed_subtract(0, a);
    int32_t result = fixed_one_minus_over_one_plus(fixed_exp(negative, integer_bits + 1));
    return a < 0 ? fixed_subtract(0, result) : result;
}

/// Q0 1 / x where x has `integer_bits` integer bits; the result is to be shifted right by `over_unit`.
static inline int32_t fixed_reciprocal(int32_t x, int32_t integer_bits, int32_t *over_unit) {
    int32_t headroom = fixed_leading_zeros((uint32_t)x);
    *over_unit = integer_bits - headroom;
    uint32_t shifted = headroom > 31 ? 0 : (uint32_t)x << headroom;
    return fixed_one_over_one_plus((int32_t)(shifted - (UINT32_C(1) << 31)));
}

/// 1 / sqrt(x) as multiplier and left shift, by Newton's iteration in Q3.
static inline void fixed_inverse_square_root(int32_t x, int32_t *multiplier, int32_t *shift) {
    if (x <= 1) {
        *multiplier = INT32_MAX;
        *shift = 0;
        return;
    }
    int32_t right = 11;
    while (x >= 1 << 29) {
        x /= 4;
        right++;
    }
    int32_t pairs = (fixed_leading_zeros((uint32_t)x) - 1) / 2 - 1;
    right -= pairs;
    x <<= 2 * pairs;
    const int32_t input = x >> 1, half = arete_rounding_shift_right(input, 1), three_halves = (1 << 28) + (1 << 27);
    int32_t y = 1 << 28;
    for (int i = 0; i < 5; i++) {
        int32_t cube = fixed_scale(fixed_multiply(fixed_multiply(y, y), y), 6);
        y = fixed_scale(fixed_subtract(fixed_multiply(three_halves, y), fixed_multiply(half, cube)), 3);
    }
    y = fixed_multiply(y, 1518500250);
    if (right < 0) {
        y = (int32_t)((uint32_t)y << -right);
        right = 0;
    }
    *multiplier = y;
    *shift = -right;
}

/// Q5 natural logarithm of a Q12 number of at least 1.
static inline int32_t fixed_log(int32_t a) {
    const int32_t log_2 = 1488522236, fourth_root_half = 1805811301, root_half = 1518500250;
    const int32_t alpha_n = 117049297, alpha_d = 127690142, alpha_i = 1057819769, alpha_f = 638450708;
    const int32_t sum_bits = 6, quarter = arete_rounding_shift_right(536870912, sum_bits);
    // The number is 2^k r, with r near 1: worked out twice, once with the number over the root of 2; the nearer counts.
    int32_t a_zeros = fixed_leading_zeros((uint32_t)a);
    int32_t a_rest = fixed_scale(fixed_multiply(fixed_scale(a, a_zeros - 1), root_half), 1);
    int32_t a_power = fixed_saturate((int64_t)fixed_scale(12 - a_zeros, 31 - sum_bits) + quarter);
    int32_t b_zeros = fixed_leading_zeros((uint32_t)fixed_multiply(a, root_half)) - 1;
    int32_t b_rest = fixed_scale(a, b_zeros);
    int32_t b_power = fixed_saturate((int64_t)fixed_scale(12 - b_zeros, 31 - sum_bits) - quarter);
    int32_t r = a_rest < b_rest ? a_rest : b_rest;
    int32_t power = a_power > b_power ? a_power : b_power;
    int32_t p = fixed_half_sum(r, fourth_root_half);
    int32_t q = fixed_subtract(r, fourth_root_half);
    q = fixed_add(q, q);
    int32_t square = fixed_multiply(q, q);
    int32_t numerator = fixed_add(fixed_multiply(q, r), fixed_multiply(fixed_multiply(q, square), alpha_n));
    int32_t denominator =
        fixed_add(fixed_multiply(p, fixed_add(fixed_add(alpha_i, q), fixed_multiply(alpha_d, square))),
                  fixed_multiply(alpha_f, q));
    int32_t scaled = arete_rounding_shift_right(numerator, sum_bits);
    int32_t sum = fixed_add(fixed_multiply(power, log_2), fixed_multiply(scaled, fixed_one_over_one_plus(denominator)));
    return fixed_scale(sum, sum_bits - 5);
}
