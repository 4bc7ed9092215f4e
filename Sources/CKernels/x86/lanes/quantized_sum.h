// Sums of quantized values in float arithmetic on vectors, and rows of them: the bits of the portable kernel.
#pragma once
#include "arete_quantized_sum.h"
#include <math.h>

typedef struct {
    int is_signed;
    bytes flip, least, greatest;
    ints above; // words that make a float of 2^23 and a byte below them
    floats base, a_ratio, b_ratio, fixed, high;
} sum_form;

LANES_INLINE sum_form sum_form_of(const arete_quantized_sum *sum) {
    const int is_signed = sum->type == ARETE_INT8, flip = is_signed ? 128 : 0;
    return (sum_form){
        .is_signed = is_signed,
        .flip = bytes_of((uint8_t)flip),
        .least = bytes_of((uint8_t)(int32_t)sum->minimum),
        .greatest = bytes_of((uint8_t)(int32_t)sum->maximum),
        .above = words_of(0x4B00),
        .base = floats_of(0x1p23f + (float)flip),
        .a_ratio = floats_of(sum->a_ratio),
        .b_ratio = floats_of(sum->b_ratio),
        .fixed = floats_of(sum->fixed),
        .high = floats_of(sum->maximum),
    };
}

/// The values of bytes, in the order of the unpacking instructions.
LANES_INLINE void sum_operand(bytes x, const sum_form *f, floats values[4]) {
    ints words[2], pairs[2];
    bytes_as_words(x ^ f->flip, words);
    for (int h = 0; h < 2; h++) {
        words_paired(words[h], f->above, pairs);
        for (int k = 0; k < 2; k++) values[2 * h + k] = (floats)pairs[k] - f->base;
    }
}

/// The sums of two vectors of bytes. What lies below the range becomes INT32_MIN or less, which the packing clamps;
/// what lies above the integers would too, unless the sums are `bounded`.
LANES_INLINE bytes sum_bytes_fused(bytes a, bytes b, const sum_form *f, int bounded, int clamps) {
    floats x[4], y[4];
    ints results[4];
    sum_operand(a, f, x);
    sum_operand(b, f, y);
    for (int k = 0; k < 4; k++) {
        const floats value = floats_fused(x[k], f->a_ratio, floats_fused(y[k], f->b_ratio, f->fixed));
        results[k] = floats_rounded(bounded ? value : floats_minimum(f->high, value));
    }
    const ints low = ints_packed(results[0], results[1]), high = ints_packed(results[2], results[3]);
    const bytes packed = words_packed(low, high, f->is_signed);
    return clamps ? bytes_clamped(packed, f->least, f->greatest, f->is_signed) : packed;
}

LANES_INLINE void sum_rows_fused(const arete_quantized_sum *sum, const arete_pair_rows *rows, int bounded, int clamps) {
    const sum_form f = sum_form_of(sum);
    for (size_t row = 0; row < rows->rows; row++) {
        const binary_row r = binary_row_of(rows, row, 0);
        for (size_t at = 0; at < r.size; at += LANE_BYTES) {
            const bytes x = binary_first(&r, at), y = binary_second(&r, at);
            binary_store(&r, at, sum_bytes_fused(x, y, &f, bounded, clamps));
        }
    }
}

/// The sums of two vectors of words, or the scaled words of the first alone.
LANES_INLINE bytes sum_words_fused(bytes a, bytes b, const arete_quantized_sum *sum, int is_single) {
    const floats low = floats_of(sum->minimum), high = floats_of(sum->maximum);
    ints x[2], y[2], results[2];
    words_as_ints((ints)a, x);
    words_as_ints((ints)b, y);
    for (int k = 0; k < 2; k++) {
        const floats first = floats_from(x[k] - ints_of(sum->a_zero_point)), ratio = floats_of(sum->a_ratio);
        const floats second = floats_from(y[k] - ints_of(sum->b_zero_point)) * floats_of(sum->b_ratio);
        const floats value = is_single ? first * ratio : floats_fused(first, ratio, second);
        results[k] = floats_rounded(floats_minimum(floats_maximum(value, low), high)) + ints_of(sum->zero_point);
    }
    return (bytes)ints_packed(results[0], results[1]);
}

LANES_INLINE void sum_word_rows(const arete_quantized_sum *sum, const arete_pair_rows *rows, int is_single) {
    for (size_t row = 0; row < rows->rows; row++) {
        const binary_row r = binary_row_of(rows, row, 1);
        for (size_t at = 0; at < r.size; at += LANE_BYTES) {
            const bytes x = binary_first(&r, at), y = is_single ? x : binary_second(&r, at);
            binary_store(&r, at, sum_words_fused(x, y, sum, is_single));
        }
    }
}

static inline int sum_is_bounded(const arete_quantized_sum *sum) {
    return 255 * (fabsf(sum->a_ratio) + fabsf(sum->b_ratio)) + fabsf(sum->fixed) < 0x1p30f;
}

static inline int sum_clamps(const arete_quantized_sum *sum) {
    const float low = sum->type == ARETE_INT8 ? INT8_MIN : 0;
    return sum->minimum != low || sum->maximum != low + UINT8_MAX;
}

#define QUANTIZED_SUM_ROWS(name)                                                                                       \
    void name(const void *form, const arete_pair_rows *rows) {                                                         \
        const arete_quantized_sum *sum = form;                                                                         \
        if (rows->count == 0) {                                                                                        \
            return;                                                                                                    \
        }                                                                                                              \
        if (sum->type == ARETE_INT16 && sum->b_ratio == 0) {                                                           \
            sum_word_rows(sum, rows, 1);                                                                               \
        } else if (sum->type == ARETE_INT16) {                                                                         \
            sum_word_rows(sum, rows, 0);                                                                               \
        } else if (!sum_is_bounded(sum)) {                                                                             \
            sum_rows_fused(sum, rows, 0, 1);                                                                           \
        } else if (sum_clamps(sum)) {                                                                                  \
            sum_rows_fused(sum, rows, 1, 1);                                                                           \
        } else {                                                                                                       \
            sum_rows_fused(sum, rows, 1, 0);                                                                           \
        }                                                                                                              \
    }
