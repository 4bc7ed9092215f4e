// Logistic function and tanh on Q-format 16-bit numbers: the activations of integer recurrent cells.
#pragma once
#include "arete_requantize.h"

static inline int32_t fixed16_wrap(int32_t x) { return (int16_t)(uint16_t)(uint32_t)x; }

static inline int32_t fixed16_saturate(int32_t x) { return x > INT16_MAX ? INT16_MAX : x < INT16_MIN ? INT16_MIN : x; }

/// a * b of Qm and Qn is Q(m + n), nearest with ties upwards.
static inline int32_t fixed16_multiply(int32_t a, int32_t b) {
    return a == INT16_MIN && b == INT16_MIN ? INT16_MAX : (a * b + (1 << 14)) >> 15;
}

static inline int32_t fixed16_half_sum(int32_t a, int32_t b) {
    const int32_t sum = a + b;
    return (sum + (sum >= 0 ? 1 : -1)) / 2;
}

/// Q0 exp(a) of a not positive number with `integer_bits` integer bits, 0 ... 7.
static inline int32_t fixed16_exp(int32_t a, int32_t integer_bits) {
    static const int32_t factors[7] = {25520, 19875, 12055, 4435, 600, 11, 0};
    const int32_t fraction_bits = 15 - integer_bits, quarter = 1 << (fraction_bits - 2);
    const int32_t exp_minus_eighth = 28918, third = 10923;
    if (a == 0) {
        return INT16_MAX;
    }
    if (integer_bits > 5 && a < -(1 << (fraction_bits + 5))) {
        return 0;
    }
    const int32_t rest = (a & (quarter - 1)) - quarter;
    const int32_t x = fixed16_wrap(rest * (1 << integer_bits) + (1 << 12));
    const int32_t x2 = fixed16_multiply(x, x), x3 = fixed16_multiply(x2, x), x4 = fixed16_multiply(x2, x2);
    const int32_t x4_4 = arete_rounding_shift_right(x4, 2);
    const int32_t tail = arete_rounding_shift_right(fixed16_multiply(x4_4 + x3, third) + x2, 1);
    int32_t result = fixed16_saturate(exp_minus_eighth + fixed16_multiply(exp_minus_eighth, x + tail));
    const int32_t remainder = fixed16_wrap(rest - a);
    for (int32_t exponent = -2; exponent < 5; exponent++) {
        if (integer_bits > exponent && (remainder & (1 << (fraction_bits + exponent))) != 0) {
            result = fixed16_multiply(result, factors[exponent + 2]);
        }
    }
    return result;
}

/// Q2 of 1 / ((1 + a) / 2) of a Q0 in 0 ... 1.
static inline int32_t fixed16_newton_reciprocal(int32_t a) {
    const int32_t c48_17 = 23130, c32_17 = -15420, one = 1 << 13;
    const int32_t half = fixed16_half_sum(a, INT16_MAX);
    int32_t x = fixed16_wrap(c48_17 + fixed16_multiply(half, c32_17));
    for (int i = 0; i < 3; i++) {
        const int32_t error = fixed16_wrap(one - fixed16_multiply(half, x));
        x = fixed16_wrap(x + fixed16_saturate(fixed16_multiply(x, error) * 4));
    }
    return x;
}

/// Q0 logistic function of a number with `integer_bits` integer bits.
static inline int32_t fixed16_logistic(int32_t a, int32_t integer_bits) {
    if (a == 0) {
        return 1 << 14;
    }
    const int32_t negative = a < 0 ? a : -a;
    const int32_t result = fixed16_saturate(fixed16_newton_reciprocal(fixed16_exp(negative, integer_bits)) * 2);
    return a > 0 ? result : INT16_MAX - result;
}

/// Q0 tanh of a number with `integer_bits` integer bits, 0 ... 6.
static inline int32_t fixed16_tanh(int32_t a, int32_t integer_bits) {
    if (a == 0) {
        return 0;
    }
    const int32_t negative = a < 0 ? a : -a;
    const int32_t reciprocal = fixed16_newton_reciprocal(fixed16_exp(negative, integer_bits + 1));
    const int32_t result = fixed16_saturate(fixed16_wrap(reciprocal - (1 << 13)) * 4);
    return a < 0 ? -result : result;
}
