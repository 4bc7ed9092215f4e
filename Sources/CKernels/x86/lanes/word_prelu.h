// PReLU of words with slopes of signed bytes: the bits of the portable kernel.
#pragma once
#include "arete_quantized_binary.h"
#include "requantize.h"

/// The function of a vector of numbers and slopes without their zero points.
LANES_INLINE ints word_prelu(ints x, ints slope, fixed_factors positive, fixed_factors negative,
                             const requantized_range *range) {
    const ints below = x >> 31;
    const ints scaled = multiplied_fixed(x, positive), sloping = multiplied_fixed(ints_multiplied(x, slope), negative);
    const ints y = (sloping & below) | (scaled & ~below);
    return ints_minimum(ints_maximum(y, range->low), range->high) + range->zero;
}

static void word_prelu_rows(const arete_quantized_binary *p, const arete_pair_rows *rows) {
    enum { WORDS = 2 * LANES };
    const arete_requantization q = {
        .output = p->type, .zero_point = p->zero_point, .minimum = p->minimum, .maximum = p->maximum};
    const requantized_range range = requantized_range_of(&q);
    const fixed_factors positive = fixed_factors_of(ints_of(p->a_multiplier), ints_of(p->a_shift));
    const fixed_factors negative = fixed_factors_of(ints_of(p->b_multiplier), ints_of(p->b_shift));
    const ints a_zero = ints_of(p->a_zero_point), b_zero = ints_of(p->b_zero_point);
    for (size_t row = 0; row < rows->rows; row++) {
        const int16_t *a = (const int16_t *)(const void *)((const uint8_t *)rows->a + row * rows->a_pitch);
        const int8_t *b = (const int8_t *)rows->b + row * rows->b_pitch;
        uint8_t *output = (uint8_t *)rows->output + row * rows->output_pitch;
        for (size_t at = 0; at < rows->count; at += WORDS) {
            ints y[2] = {ints_of(0), ints_of(0)};
            for (size_t k = 0; k < 2 && at + k * LANES < rows->count; k++) {
                const size_t i = at + k * LANES, left = rows->count - i;
                const ints x = rows->a_step == 0 ? ints_of(a[0]) : ints_load_words(a + i, left, 1);
                const ints slope = rows->b_step == 0 ? ints_of(b[0]) : ints_load_bytes(b + i, left, 1);
                y[k] = word_prelu(x - a_zero, slope - b_zero, positive, negative, &range);
            }
            const bytes words = ints_as_words(y[0], y[1], 1);
            const size_t left = rows->count - at;
            bytes_store_some(output + 2 * at, words, 2 * left);
        }
    }
}
