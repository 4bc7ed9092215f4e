// Sums and differences of 16-bit quantized numbers without zero points on vectors: the bits of the portable kernel.
#pragma once

/// An operand's scale: what multiplies pairs of it and 2, with the lower and the upper half of the multiplier.
typedef struct {
    ints low, high, half, right;
    int is_half; // exactly 1/2, as that of the operand with the larger scale is
} word_operand;

LANES_INLINE word_operand word_operand_of(int32_t multiplier, int32_t shift) {
    const int32_t high = (multiplier + (1 << 15)) >> 16, low = multiplier - high * (1 << 16);
    return (word_operand){.low = ints_of((low & 0xFFFF) | 1 << 30),
                          .high = ints_of(high),
                          .half = ints_of(shift < 0 ? 1 << (-shift - 1) : 0),
                          .right = ints_of(-shift),
                          .is_half = shift == 0};
}

/// x / 2^right, nearest, ties away from zero.
LANES_INLINE ints word_shifted(ints x, ints half, ints right) { return ints_down(x + half + (x >> 31), right); }

/// x * 2^15, scaled: half the lower product becomes a bit of the upper one.
LANES_INLINE ints word_scaled(ints pair, const word_operand *o) {
    const ints upper = words_dot(pair, o->high);
    return o->is_half ? upper : word_shifted(upper + (words_dot(pair, o->low) >> 16), o->half, o->right);
}

typedef struct {
    word_operand a, b;
    ints two, multiplier, odd_multiplier, half, right, zero;
    bytes least, greatest;
} word_sum_form;

/// Whether the function is a sum or difference that word_sum_rows takes.
static inline int word_sum_takes(const arete_quantized_binary *p) {
    const int32_t a = p->a_shift, b = p->b_shift;
    return p->type == ARETE_INT16 && p->left_shift == 15 && p->a_zero_point == 0 && p->b_zero_point == 0 && a <= 0 &&
           a > -31 && b <= 0 && b > -31 && (a < 0 || p->a_multiplier == 1 << 30) &&
           (b < 0 || p->b_multiplier == 1 << 30) && p->a_multiplier < 0x7FFF8000 && p->b_multiplier < 0x7FFF8000 &&
           p->shift < 0 && p->shift > -31;
}

LANES_INLINE bytes word_sum(bytes a, bytes b, const word_sum_form *f, int subtracts) {
    ints x[2], y[2], results[2];
    words_paired((ints)a, f->two, x);
    words_paired((ints)b, f->two, y);
    for (int k = 0; k < 2; k++) {
        const ints first = word_scaled(x[k], &f->a), second = word_scaled(y[k], &f->b);
        const ints high =
            ints_doubling_high(subtracts ? first - second : first + second, f->multiplier, f->odd_multiplier);
        results[k] = word_shifted(high, f->half, f->right) + f->zero;
    }
    return words_maximum(words_minimum((bytes)ints_packed(results[0], results[1]), f->greatest), f->least);
}

LANES_INLINE void word_sum_rows(const arete_quantized_binary *p, const arete_pair_rows *rows, int subtracts) {
    const word_sum_form f = {.a = word_operand_of(p->a_multiplier, p->a_shift),
                             .b = word_operand_of(p->b_multiplier, p->b_shift),
                             .two = words_of(2),
                             .multiplier = ints_of(p->multiplier),
                             .odd_multiplier = ints_of(p->multiplier),
                             .half = ints_of(1 << (-p->shift - 1)),
                             .right = ints_of(-p->shift),
                             .zero = ints_of(p->zero_point),
                             .least = (bytes)words_of((int16_t)p->minimum),
                             .greatest = (bytes)words_of((int16_t)p->maximum)};
    for (size_t row = 0; row < rows->rows; row++) {
        const binary_row r = binary_row_of(rows, row, 1);
        for (size_t at = 0; at < r.size; at += LANE_BYTES) {
            binary_store(&r, at, word_sum(binary_first(&r, at), binary_second(&r, at), &f, subtracts));
        }
    }
}
