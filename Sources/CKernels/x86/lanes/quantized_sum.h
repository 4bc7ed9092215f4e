// Sums of quantized values in float arithmetic on vectors, and rows of them: the bits of the portable kernel.
#pragma once
#include "arete_quantized_sum.h"

typedef struct {
    int is_signed;
    bytes flip, least, greatest;
    ints zero;
    floats a_ratio, b_ratio, fixed, high;
} sum_form;

LANES_INLINE sum_form sum_form_of(const arete_quantized_sum *sum) {
    const int is_signed = sum->type == ARETE_INT8, flip = is_signed ? 128 : 0;
    return (sum_form){
        .is_signed = is_signed,
        .flip = bytes_of((uint8_t)flip),
        .least = bytes_of((uint8_t)(int32_t)sum->minimum),
        .greatest = bytes_of((uint8_t)(int32_t)sum->maximum),
        .zero = words_of((int16_t)flip),
        .a_ratio = floats_of(sum->a_ratio),
        .b_ratio = floats_of(sum->b_ratio),
        .fixed = floats_of(sum->fixed),
        .high = floats_of(sum->maximum),
    };
}

/// The sums of two vectors of bytes. What lies below the range becomes INT32_MIN or less, which the packing clamps.
LANES_INLINE bytes sum_bytes_fused(bytes a, bytes b, const sum_form *f) {
    ints words[2][2], x[2], y[2], results[4];
    bytes_as_words(a ^ f->flip, words[0]);
    bytes_as_words(b ^ f->flip, words[1]);
    for (int h = 0; h < 2; h++) {
        const ints a_words = words_subtract(words[0][h], f->zero), b_words = words_subtract(words[1][h], f->zero);
        words_as_ints(a_words, x);
        words_as_ints(b_words, y);
        for (int k = 0; k < 2; k++) {
            const floats value =
                floats_fused(floats_from(x[k]), f->a_ratio, floats_fused(floats_from(y[k]), f->b_ratio, f->fixed));
            results[2 * h + k] = floats_rounded(floats_minimum(f->high, value));
        }
    }
    const ints low = ints_packed(results[0], results[1]), high = ints_packed(results[2], results[3]);
    return bytes_clamped(words_packed(low, high, f->is_signed), f->least, f->greatest, f->is_signed);
}

#define QUANTIZED_SUM_ROW(name)                                                                                        \
    void name(const arete_quantized_sum *sum, const void *a, size_t a_step, const void *b, size_t b_step,              \
              void *output, size_t count) {                                                                            \
        const sum_form f = sum_form_of(sum);                                                                           \
        if (count == 0) return;                                                                                        \
        const bytes a_all = bytes_of(*(const uint8_t *)a), b_all = bytes_of(*(const uint8_t *)b);                      \
        for (size_t at = 0; at < count; at += LANE_BYTES) {                                                            \
            const size_t left = count - at;                                                                            \
            const bytes x = binary_operand(a, a_step, at, left, a_all);                                                \
            const bytes y = binary_operand(b, b_step, at, left, b_all);                                                \
            bytes_store_some((uint8_t *)output + at, sum_bytes_fused(x, y, &f), left);                                 \
        }                                                                                                              \
    }
