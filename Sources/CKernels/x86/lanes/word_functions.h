// Logistic function and tanh of rows of words, in 16-bit fixed point or between entries of a table: the bits of the
// portable kernels.
#pragma once
#include "../../scalar/logistic16.h"
#include "arete_table.h"
#include "word_curves.h"

/// Magnitudes of 9 (logistic) or 8 (tanh) fractional bits for the table; the signs are those of x.
LANES_INLINE ints word_magnitudes(ints x, logistic16_factor factor) {
    const ints product = ints_multiplied(x, ints_of(factor.multiplier));
    if (factor.shift == 0) return product;
    // Half of the last bit is added after the other bits are gone, so that nothing overflows.
    return ints_shifted_down(ints_down(product, ints_of(factor.shift - 1)) + ints_of(1), 1);
}

/// Entries of the curve, interpolated: `bits` fractional bits of the magnitude, and of the result.
LANES_INLINE ints word_curve_at(ints magnitude, int bits, int32_t beyond) {
    const ints index = ints_shifted_down(magnitude, bits), last = ints_of(254);
    const ints pairs = ints_gathered(arete_logistic_curve, ints_minimum(index, last));
    const ints low = pairs & ints_of(0xFFFF), high = ints_down_unsigned(pairs, ints_of(16));
    const ints rise = ints_multiplied(magnitude & ints_of((1 << bits) - 1), high - low);
    const ints inside = index <= last;
    return ((ints_shifted_up(low, bits) + rise) & inside) | (ints_of(beyond) & ~inside);
}

LANES_INLINE ints word_logistic_between(ints x, logistic16_factor factor) {
    const ints scaled = word_magnitudes(x, factor), negative = scaled >> 31;
    const ints y = word_curve_at(ints_magnitude(scaled), 9, 0x7FFF << 10);
    const ints mirrored = ints_of((1 << 25) - 1) - y;
    return ints_shifted_down(((mirrored & negative) | (y & ~negative)) + ints_of(1 << 9), 10);
}

LANES_INLINE ints word_tanh_between(ints x, logistic16_factor factor) {
    const ints scaled = word_magnitudes(x, factor), negative = scaled >> 31;
    const ints y = word_curve_at(ints_magnitude(scaled), 8, 0xFFFF << 8) - ints_of(1 << 23);
    const ints mirrored = ints_of(-1) - y;
    return ints_shifted_down(((mirrored & negative) | (y & ~negative)) + ints_of(1 << 7), 8);
}

/// A function of a vector of words.
LANES_INLINE ints word_function(ints x, logistic16_factor factor, bool is_tanh, bool is_fixed) {
    if (is_fixed && !is_tanh) return (ints)words_logistic((words)x, 3);
    if (is_fixed) return (ints)words_tanh(factor.doublings > 0 ? curve_doubled((words)x) : (words)x, 3);
    ints wide[2];
    words_paired(x, x, wide);
    for (int k = 0; k < 2; k++) {
        const ints value = ints_shifted_down(wide[k], 16);
        wide[k] = is_tanh ? word_tanh_between(value, factor) : word_logistic_between(value, factor);
    }
    return ints_packed(wide[0], wide[1]);
}

LANES_INLINE void word_function_row(logistic16_factor factor, bool is_tanh, bool is_fixed, const int16_t *input,
                                    size_t count, int16_t *output) {
    enum { WORDS = LANE_BYTES / 2 };
    size_t i = 0;
    for (; i + WORDS <= count; i += WORDS) {
        bytes_store(output + i, (bytes)word_function((ints)bytes_load(input + i), factor, is_tanh, is_fixed));
    }
    if (i < count) {
        const ints rest = (ints)bytes_load_some(input + i, 2 * (count - i));
        bytes_store_some(output + i, (bytes)word_function(rest, factor, is_tanh, is_fixed), 2 * (count - i));
    }
}

#define WORD_FUNCTION(name, is_tanh)                                                                                   \
    void name(arete_arithmetic arithmetic, float input_scale, const int16_t *input, size_t count, int16_t *output) {   \
        const logistic16_factor factor = logistic16_factor_of(input_scale, is_tanh);                                   \
        if (arithmetic == ARETE_FAST && factor.doublings >= 0) {                                                       \
            word_function_row(factor, is_tanh, true, input, count, output);                                            \
        } else {                                                                                                       \
            word_function_row(factor, is_tanh, false, input, count, output);                                           \
        }                                                                                                              \
    }
