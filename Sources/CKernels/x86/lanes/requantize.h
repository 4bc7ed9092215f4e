// Requantization of vectors of accumulators, and rows of them: the bits of the portable kernel.
#pragma once
#include "arete_requantize.h"

/// Fixed-point factors of a vector of channels, ready for use. Multipliers are not negative.
typedef struct {
    ints multiplier, odd_multiplier;
    ints left, right, half;
} fixed_factors;

LANES_INLINE fixed_factors fixed_factors_of(ints multiplier, ints shift) {
    const ints none = ints_of(0), right = ints_maximum(none - shift, none);
    const ints half = ints_down_unsigned(ints_up(ints_of(1), right), ints_of(1));
    return (fixed_factors){multiplier, ints_odd(multiplier), ints_maximum(shift, none), right, half};
}

LANES_INLINE ints fixed_high(ints x, fixed_factors f) {
    return ints_doubling_high(ints_up(x, f.left), f.multiplier, f.odd_multiplier);
}

/// x / 2^right, nearest, ties away from zero: by magnitude, which cannot overflow.
LANES_INLINE ints fixed_shifted(ints x, fixed_factors f) {
    return ints_signed(ints_down_unsigned(ints_magnitude(x) + f.half, f.right), x);
}

/// ARETE_ROUND_FIXED
LANES_INLINE ints multiplied_fixed(ints x, fixed_factors f) { return fixed_shifted(fixed_high(x, f), f); }

/// ARETE_ROUND_FIXED_UP: the last bit shifted out rounds.
LANES_INLINE ints multiplied_fixed_up(ints x, fixed_factors f) {
    const ints high = fixed_high(x, f);
    return ints_down(high, f.right) + (ints_down_unsigned(high, f.right - ints_of(1)) & ints_of(1));
}

/// Range and zero point of results, in the forms in which rows need them.
typedef struct {
    int is_signed;
    ints zero_words; // 16 bits
    bytes least, greatest;
    ints zero, low, high; // low and high without the zero point
    floats float_high;
    doubles double_low, double_high;
} requantized_range;

LANES_INLINE requantized_range requantized_range_of(const arete_requantization *q) {
    const int32_t low = q->minimum - q->zero_point, high = q->maximum - q->zero_point;
    return (requantized_range){
        .is_signed = q->output == ARETE_INT8 || q->output == ARETE_INT16,
        .zero_words = words_of((int16_t)q->zero_point),
        .least = bytes_of((uint8_t)q->minimum),
        .greatest = bytes_of((uint8_t)q->maximum),
        .zero = ints_of(q->zero_point),
        .low = ints_of(low),
        .high = ints_of(high),
        .float_high = floats_of((float)high),
        .double_low = doubles_of((double)low - 1),
        .double_high = doubles_of((double)high + 1),
    };
}

/// ARETE_ROUND_FLOAT. A NaN and what lies below the range become INT32_MIN, which the stores clamp.
LANES_INLINE ints multiplied_float(ints x, floats scale, const requantized_range *range) {
    return floats_rounded(floats_minimum(range->float_high, floats_from(x) * scale));
}

/// ARETE_ROUND_DOUBLE, clamped to one more than the range.
LANES_INLINE ints multiplied_double(ints x, doubles low_factor, doubles high_factor, const requantized_range *range) {
    const doubles low = doubles_from_low(x) * low_factor, high = doubles_from_high(x) * high_factor;
    return doubles_rounded(doubles_minimum(doubles_maximum(low, range->double_low), range->double_high),
                           doubles_minimum(doubles_maximum(high, range->double_low), range->double_high));
}

/// Four vectors of results without their zero point as bytes.
LANES_INLINE bytes requantized_bytes(const ints x[4], const requantized_range *range) {
    const ints low = words_add_saturated(ints_packed(x[0], x[1]), range->zero_words);
    const ints high = words_add_saturated(ints_packed(x[2], x[3]), range->zero_words);
    return bytes_clamped(words_as_bytes(low, high, range->is_signed), range->least, range->greatest, range->is_signed);
}

/// Two vectors of results without their zero point as words.
LANES_INLINE bytes requantized_words(const ints x[2], const requantized_range *range) {
    const ints low = ints_minimum(ints_maximum(x[0], range->low), range->high) + range->zero;
    const ints high = ints_minimum(ints_maximum(x[1], range->low), range->high) + range->zero;
    return ints_as_words(low, high, range->is_signed);
}

/// Scales at a channel: one vector of them, however many are left.
typedef struct {
    floats scale;
    fixed_factors fixed;
    doubles low_factor, high_factor;
} requantized_scales;

LANES_INLINE requantized_scales requantized_scales_of(const arete_requantization *q, arete_rounding rounding) {
    requantized_scales s = {0};
    if (rounding == ARETE_ROUND_FLOAT) {
        s.scale = floats_of(q->scale[0]);
    } else if (rounding == ARETE_ROUND_DOUBLE) {
        s.low_factor = s.high_factor = doubles_of(q->factor[0]);
    } else {
        s.fixed = fixed_factors_of(ints_of(q->multiplier[0]), ints_of(q->shift[0]));
    }
    return s;
}

LANES_INLINE requantized_scales requantized_scales_at(const arete_requantization *q, arete_rounding rounding,
                                                      size_t channel, size_t count) {
    requantized_scales s = {0};
    if (rounding == ARETE_ROUND_FLOAT) {
        s.scale = floats_load_some(q->scale + channel, count);
    } else if (rounding == ARETE_ROUND_DOUBLE) {
        s.low_factor = doubles_load_some(q->factor + channel, count);
        if (count > LANES / 2) {
            s.high_factor = doubles_load_some(q->factor + channel + LANES / 2, count - LANES / 2);
        }
    } else {
        s.fixed =
            fixed_factors_of(ints_load_some(q->multiplier + channel, count), ints_load_some(q->shift + channel, count));
    }
    return s;
}

LANES_INLINE ints requantized(ints x, arete_rounding rounding, const requantized_scales *s,
                              const requantized_range *range) {
    return rounding == ARETE_ROUND_FLOAT    ? multiplied_float(x, s->scale, range)
           : rounding == ARETE_ROUND_FIXED  ? multiplied_fixed(x, s->fixed)
           : rounding == ARETE_ROUND_DOUBLE ? multiplied_double(x, s->low_factor, s->high_factor, range)
                                            : multiplied_fixed_up(x, s->fixed);
}

// Up to `vectors` vectors of accumulators as one vector of results; `left` is constant where all of them are there.
LANES_INLINE bytes requantized_block(const int32_t *accumulators, size_t left, size_t channel,
                                     const arete_requantization *q, arete_rounding rounding, int each,
                                     const requantized_scales *shared, const requantized_range *range, int vectors) {
    ints x[4];
    for (size_t k = 0; k < (size_t)vectors; k++) {
        if (k * LANES >= left) {
            x[k] = ints_of(0);
            continue;
        }
        const size_t n = left - k * LANES < LANES ? left - k * LANES : LANES;
        const requantized_scales scales = each ? requantized_scales_at(q, rounding, channel + k * LANES, n) : *shared;
        x[k] = requantized(ints_load_some(accumulators + k * LANES, n), rounding, &scales, range);
    }
    return vectors == 4 ? requantized_bytes(x, range) : requantized_words(x, range);
}

LANES_INLINE void requantized_row(const int32_t *accumulators, size_t count, size_t first,
                                  const arete_requantization *q, uint8_t *output, arete_rounding rounding, int each,
                                  int vectors) {
    const requantized_range range = requantized_range_of(q);
    const requantized_scales shared = each ? (requantized_scales){0} : requantized_scales_of(q, rounding);
    const size_t block = (size_t)vectors * LANES, size = 4 / (size_t)vectors;
    size_t i = 0;
    for (; i + block <= count; i += block) {
        bytes_store(output + i * size,
                    requantized_block(accumulators + i, block, first + i, q, rounding, each, &shared, &range, vectors));
    }
    if (i < count) {
        const bytes rest =
            requantized_block(accumulators + i, count - i, first + i, q, rounding, each, &shared, &range, vectors);
        bytes_store_some(output + i * size, rest, (count - i) * size);
    }
}

#define REQUANTIZED_ROWS(name, rounding)                                                                               \
    static void name(const int32_t *accumulators, size_t count, size_t first, const arete_requantization *q,           \
                     uint8_t *output) {                                                                                \
        const int is_byte = q->output == ARETE_INT8 || q->output == ARETE_UINT8;                                       \
        if (is_byte && q->step) requantized_row(accumulators, count, first, q, output, rounding, 1, 4);                \
        if (is_byte && !q->step) requantized_row(accumulators, count, first, q, output, rounding, 0, 4);               \
        if (!is_byte && q->step) requantized_row(accumulators, count, first, q, output, rounding, 1, 2);               \
        if (!is_byte && !q->step) requantized_row(accumulators, count, first, q, output, rounding, 0, 2);              \
    }

#define REQUANTIZE_ROW(name)                                                                                           \
    REQUANTIZED_ROWS(name##_float, ARETE_ROUND_FLOAT)                                                                  \
    REQUANTIZED_ROWS(name##_fixed, ARETE_ROUND_FIXED)                                                                  \
    REQUANTIZED_ROWS(name##_fixed_up, ARETE_ROUND_FIXED_UP)                                                            \
    REQUANTIZED_ROWS(name##_double, ARETE_ROUND_DOUBLE)                                                                \
    void name(const int32_t *restrict accumulators, size_t count, size_t first,                                        \
              const arete_requantization *restrict q, void *restrict output) {                                         \
        if (q->output == ARETE_INT32) {                                                                                \
            memcpy(output, accumulators, count * sizeof(int32_t));                                                     \
            return;                                                                                                    \
        }                                                                                                              \
        switch (q->rounding) {                                                                                         \
        case ARETE_ROUND_FLOAT:                                                                                        \
            name##_float(accumulators, count, first, q, output);                                                       \
            break;                                                                                                     \
        case ARETE_ROUND_FIXED:                                                                                        \
            name##_fixed(accumulators, count, first, q, output);                                                       \
            break;                                                                                                     \
        case ARETE_ROUND_DOUBLE:                                                                                       \
            name##_double(accumulators, count, first, q, output);                                                      \
            break;                                                                                                     \
        default:                                                                                                       \
            name##_fixed_up(accumulators, count, first, q, output);                                                    \
            break;                                                                                                     \
        }                                                                                                              \
    }
