// Logistic function and tanh of vectors of Q-format 16-bit numbers: the bits of scalar/fixed_point16.h.
#pragma once

typedef int16_t words __attribute__((vector_size(LANE_BYTES)));

LANES_INLINE words curve_words(int16_t x) { return (words)words_of(x); }
LANES_INLINE words curve_product(words a, words b) { return (words)words_scaled((ints)a, (ints)b); }
LANES_INLINE words curve_sum(words a, words b) { return (words)words_add_saturated((ints)a, (ints)b); }
LANES_INLINE words curve_doubled(words x) { return curve_sum(x, x); }
LANES_INLINE words curve_chosen(words mask, words a, words b) { return b ^ ((a ^ b) & mask); }

/// Q0 exp(a) of not positive numbers. What the portable function rounds away from zero is never negative.
LANES_INLINE words curve_exp(words a, int32_t integer_bits) {
    static const int16_t factors[7] = {25520, 19875, 12055, 4435, 600, 11, 0};
    const int32_t fraction_bits = 15 - integer_bits;
    const words zero = curve_words(0), quarter = curve_words((int16_t)(1 << (fraction_bits - 2)));
    const words exp_minus_eighth = curve_words(28918);
    const words rest = (a & (quarter - 1)) - quarter;
    const words x = (rest << (int16_t)integer_bits) + 4096;
    const words x2 = curve_product(x, x), x3 = curve_product(x2, x), x4 = curve_product(x2, x2);
    const words tail = (curve_product(((x4 + 2) >> 2) + x3, curve_words(10923)) + x2 + 1) >> 1;
    words result = curve_sum(exp_minus_eighth, curve_product(exp_minus_eighth, x + tail));
    const words remainder = rest - a;
    for (int32_t exponent = -2; exponent < 5 && exponent < integer_bits; exponent++) {
        const words bit = (remainder << (int16_t)(integer_bits - exponent)) >> 15;
        result = curve_chosen(bit, curve_product(result, curve_words(factors[exponent + 2])), result);
    }
    if (integer_bits > 5) {
        result = curve_chosen(a + curve_words((int16_t)(1 << (fraction_bits + 5))) < zero, zero, result);
    }
    return curve_chosen(a == zero, curve_words(INT16_MAX), result);
}

/// Q2 of 1 / ((1 + a) / 2) of Q0 in 0 ... 1.
LANES_INLINE words curve_reciprocal(words a) {
    const words half = (a >> 1) + 16384;
    words x = curve_product(half, curve_words(-15420)) + 23130;
    for (int i = 0; i < 3; i++) {
        const words error = 8192 - curve_product(half, x);
        x += curve_doubled(curve_doubled(curve_product(x, error)));
    }
    return x;
}

LANES_INLINE words curve_negative(words a) {
    const words zero = curve_words(0);
    return curve_chosen(a < zero, a, (words)words_subtract((ints)zero, (ints)a));
}

/// Q0 logistic function of numbers with `integer_bits` integer bits.
LANES_INLINE words words_logistic(words a, int32_t integer_bits) {
    const words zero = curve_words(0);
    const words result = curve_doubled(curve_reciprocal(curve_exp(curve_negative(a), integer_bits)));
    return curve_chosen(a == zero, curve_words(1 << 14), curve_chosen(a > zero, result, INT16_MAX - result));
}

/// Q0 tanh of numbers with `integer_bits` integer bits, 0 ... 6.
LANES_INLINE words words_tanh(words a, int32_t integer_bits) {
    const words zero = curve_words(0);
    const words above = curve_reciprocal(curve_exp(curve_negative(a), integer_bits + 1)) - 8192;
    const words result = curve_doubled(curve_doubled(above));
    return curve_chosen(a < zero, -result, result) & (a != zero);
}
