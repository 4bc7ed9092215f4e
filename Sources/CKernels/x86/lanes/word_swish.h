// The swish of 16-bit quantized numbers: the bits of the portable kernel. Powers of 2 in eighths are picked from a
// register, which leaves a short polynomial; division takes the most of what remains.
#pragma once
#include "../../scalar/word_swish.h"

LANES_INLINE floats word_swish_clamped(floats steps, float low, float high) {
    return floats_minimum(floats_maximum(steps, floats_of(low)), floats_of(high));
}

LANES_INLINE ints word_swish_of(ints x, const word_swish_form *f, ints powers, bool is_bounded) {
    const floats magic = floats_of(WORD_SWISH_MAGIC), one = floats_of(1), slope = floats_of(f->slope);
    const floats v = floats_from(x - ints_of(f->zero));
    const floats near = is_bounded ? v : word_swish_clamped(v * slope, -WORD_SWISH_MOST, WORD_SWISH_MOST);
    const floats shifted = is_bounded ? floats_fused(v, slope, magic) : near + magic;
    const floats n = shifted - magic, r = is_bounded ? floats_fused(v, slope, -n) : near - n;
    const floats scale = (floats)(ints_shifted_up((ints)shifted, 20) + ints_picked(powers, (ints)shifted));
    const floats upper = floats_fused(floats_of(WORD_SWISH_THIRD), r, floats_of(WORD_SWISH_SECOND));
    const floats power = floats_fused(floats_fused(upper, r, floats_of(WORD_SWISH_FIRST)), r, one);
    const floats sigmoid = floats_of(f->inverse) / floats_fused(power, scale, one);
    // The lower bound is not above zero.
    const floats gate = is_bounded ? floats_minimum(sigmoid, floats_of(f->gate.high))
                                   : word_swish_clamped(sigmoid, f->gate.low, f->gate.high);
    const floats product = v * (floats_whole(gate) * floats_of(f->factor));
    return floats_rounded(is_bounded ? product : word_swish_clamped(product, f->output.low, f->output.high)) +
           ints_of(f->output_zero);
}

LANES_INLINE void word_swish_words(const word_swish_form *f, const int16_t *x, size_t count, int16_t *y,
                                   bool is_bounded) {
    enum { WORDS = 2 * LANES };
    const ints powers = ints_load(word_swish_powers);
    size_t i = 0;
#pragma clang loop unroll_count(2)
    for (; i + WORDS <= count; i += WORDS) {
        const ints first = word_swish_of(ints_load_words(x + i, LANES, 1), f, powers, is_bounded);
        const ints second = word_swish_of(ints_load_words(x + i + LANES, LANES, 1), f, powers, is_bounded);
        bytes_store(y + i, ints_as_words(first, second, 1));
    }
    for (; i < count; i += LANES) {
        const size_t left = count - i < LANES ? count - i : LANES;
        const ints last = word_swish_of(ints_load_words(x + i, left, 1), f, powers, is_bounded);
        bytes_store_some(y + i, ints_as_words(last, last, 1), 2 * left);
    }
}

#define WORD_SWISH(name)                                                                                               \
    void name(const arete_word_swish *swish, const int16_t *x, size_t count, int16_t *y) {                             \
        const word_swish_form f = word_swish_form_of(swish);                                                           \
        if (f.is_bounded) {                                                                                            \
            word_swish_words(&f, x, count, y, true);                                                                   \
        } else {                                                                                                       \
            word_swish_words(&f, x, count, y, false);                                                                  \
        }                                                                                                              \
    }
