// Quantized functions of two operands on vectors, and rows of them: the bits of the portable kernels.
#pragma once
#include "arete_quantized_binary.h"
#include "quotient.h"
#include "requantize.h"

typedef enum {
    BINARY_FAST_SUM,     // 21-bit multiples, then a shift
    BINARY_FAST_PRODUCT, // products scaled in single precision
    BINARY_SUM,          // fixed point from here on
    BINARY_DIFFERENCE,
    BINARY_SQUARED_DIFFERENCE,
    BINARY_PRODUCT,
    BINARY_PRELU,
    BINARY_QUOTIENT,
    BINARY_POWER_SUM, // words: operands shifted, not multiplied
    BINARY_POWER_DIFFERENCE,
} binary_kind;

/// What every vector of a row needs.
typedef struct {
    requantized_range range;
    bytes flip;           // makes bytes unsigned
    ints a_zero, b_zero;  // words of the unsigned operands, or integers of words
    ints low, high, bias; // pairs of words: the lower 15 bits of both multipliers, and the rest
    ints shift;
    floats scale;
    fixed_factors a, b, result;
    int a_is_half, b_is_half; // the multiplier is exactly 1/2, as that of the operand with the larger scale is
} binary_form;

/// Two words of a multiplier each: the lower 15 bits, signed, and what is left.
LANES_INLINE void binary_split(int32_t a, int32_t b, ints *low, ints *high) {
    const int32_t a_high = (a + (1 << 14)) >> 15, b_high = (b + (1 << 14)) >> 15;
    const uint32_t a_low = (uint32_t)(a - a_high * (1 << 15)), b_low = (uint32_t)(b - b_high * (1 << 15));
    *low = ints_of((int32_t)((a_low & 0xFFFF) | b_low << 16));
    *high = ints_of((int32_t)(((uint32_t)a_high & 0xFFFF) | (uint32_t)b_high << 16));
}

LANES_INLINE binary_form binary_form_of(binary_kind kind, const arete_quantized_binary *p) {
    const arete_requantization q = {
        .output = p->type, .zero_point = p->zero_point, .minimum = p->minimum, .maximum = p->maximum};
    const int is_word = p->type == ARETE_INT16;
    const int32_t flip = p->type == ARETE_INT8 ? 128 : 0;
    binary_form f = {.range = requantized_range_of(&q), .flip = bytes_of((uint8_t)flip)};
    f.a_zero = is_word ? ints_of(p->a_zero_point) : words_of((int16_t)(p->a_zero_point + flip));
    f.b_zero = is_word ? ints_of(p->b_zero_point) : words_of((int16_t)(p->b_zero_point + flip));
    f.a = fixed_factors_of(ints_of(p->a_multiplier), ints_of(p->a_shift));
    f.b = fixed_factors_of(ints_of(p->b_multiplier), ints_of(p->b_shift));
    f.a_is_half = p->a_multiplier == 1 << 30 && p->a_shift == 0 && p->left_shift > 0;
    f.b_is_half = p->b_multiplier == 1 << 30 && p->b_shift == 0 && p->left_shift > 0;
    f.a.left += ints_of(p->left_shift);
    f.b.left += ints_of(p->left_shift);
    if (kind == BINARY_FAST_SUM) {
        const uint32_t moved = (uint32_t)flip * ((uint32_t)p->a_multiplier + (uint32_t)p->b_multiplier);
        binary_split(p->a_multiplier, p->b_multiplier, &f.low, &f.high);
        f.bias = ints_of((int32_t)((uint32_t)p->bias - moved));
        f.shift = ints_of(p->shift);
    } else if (kind == BINARY_FAST_PRODUCT) {
        f.scale = floats_of(p->scale);
    } else {
        f.shift = ints_of(p->shift);
        f.result = fixed_factors_of(ints_of(p->multiplier), ints_of(p->shift));
    }
    return f;
}

LANES_INLINE ints binary_scaled(ints x, fixed_factors factors, int is_half) {
    return is_half ? ints_up(x, factors.left - ints_of(1)) : multiplied_fixed(x, factors);
}

/// Results without their zero point of scaled operands or products.
LANES_INLINE ints binary_sum(binary_kind kind, ints a, ints b, const binary_form *f) {
    if (kind == BINARY_PRODUCT) return multiplied_fixed(a * b, f->result);
    if (kind == BINARY_QUOTIENT) return quotient_scaled(a, b, f->result.multiplier, f->shift);
    if (kind == BINARY_POWER_SUM) return fixed_shifted(a, f->a) + fixed_shifted(b, f->b);
    if (kind == BINARY_POWER_DIFFERENCE) return fixed_shifted(a, f->a) - fixed_shifted(b, f->b);
    const ints x = binary_scaled(a, f->a, f->a_is_half), y = binary_scaled(b, f->b, f->b_is_half);
    const ints sum = kind == BINARY_SUM ? x + y : x - y;
    return multiplied_fixed(kind == BINARY_SQUARED_DIFFERENCE ? sum * sum : sum, f->result);
}

// Sign-extends words.
LANES_INLINE void words_as_ints(ints words, ints x[2]) {
    words_paired(words, words, x);
    x[0] = x[0] >> 16;
    x[1] = x[1] >> 16;
}

/// Half of a vector of bytes: two vectors of results from words without their zero points.
LANES_INLINE void binary_words(binary_kind kind, ints a, ints b, const binary_form *f, ints results[2]) {
    ints x[2], y[2];
    if (kind == BINARY_FAST_SUM) {
        words_paired(a, b, x);
        for (int k = 0; k < 2; k++) {
            const ints sum = words_dot(x[k], f->low) + (words_dot(x[k], f->high) << 15) + f->bias;
            results[k] = ints_down(sum, f->shift);
        }
        return;
    }
    if (kind == BINARY_FAST_PRODUCT || kind == BINARY_PRODUCT || kind == BINARY_PRELU) {
        words_products(a, b, y);
        words_as_ints(a, x);
    } else {
        words_as_ints(a, x);
        words_as_ints(b, y);
    }
    for (int k = 0; k < 2; k++) {
        if (kind == BINARY_FAST_PRODUCT) {
            results[k] = multiplied_float(y[k], f->scale, &f->range);
        } else if (kind == BINARY_PRODUCT) {
            results[k] = multiplied_fixed(y[k], f->result);
        } else if (kind == BINARY_PRELU) {
            const ints negative = x[k] >> 31;
            results[k] = (multiplied_fixed(x[k], f->a) & ~negative) | (multiplied_fixed(y[k], f->b) & negative);
        } else {
            results[k] = binary_sum(kind, x[k], y[k], f);
        }
    }
}

/// The function of two vectors of bytes.
LANES_INLINE bytes binary_bytes(binary_kind kind, bytes a, bytes b, const binary_form *f) {
    ints x[2], y[2], results[4];
    bytes_as_words(a ^ f->flip, x);
    bytes_as_words(b ^ f->flip, y);
    for (int k = 0; k < 2; k++) {
        if (kind != BINARY_FAST_SUM) {
            x[k] = words_subtract(x[k], f->a_zero);
            y[k] = words_subtract(y[k], f->b_zero);
        }
        binary_words(kind, x[k], y[k], f, results + 2 * k);
    }
    const ints low = words_add_saturated(ints_packed(results[0], results[1]), f->range.zero_words);
    const ints high = words_add_saturated(ints_packed(results[2], results[3]), f->range.zero_words);
    const bytes packed = words_packed(low, high, f->range.is_signed);
    return bytes_clamped(packed, f->range.least, f->range.greatest, f->range.is_signed);
}

/// The function of two vectors of signed words.
LANES_INLINE bytes binary_of_words(binary_kind kind, bytes a, bytes b, const binary_form *f) {
    ints x[2], y[2], results[2];
    words_as_ints((ints)a, x);
    words_as_ints((ints)b, y);
    for (int k = 0; k < 2; k++) {
        const ints value = binary_sum(kind, x[k] - f->a_zero, y[k] - f->b_zero, f);
        results[k] = ints_minimum(ints_maximum(value, f->range.low), f->range.high) + f->range.zero;
    }
    return (bytes)ints_packed(results[0], results[1]);
}

/// A row of two operands of bytes or words, of which one may be a single value throughout.
typedef struct {
    const uint8_t *a, *b;
    uint8_t *output;
    size_t a_step, b_step, size; // size: bytes of the row
    bytes a_all, b_all;
} binary_row;

LANES_INLINE bytes binary_all(const uint8_t *value, int is_word) {
    return is_word ? (bytes)words_of((int16_t)(value[0] | value[1] << 8)) : bytes_of(value[0]);
}

LANES_INLINE binary_row binary_row_of(const arete_pair_rows *rows, size_t row, int is_word) {
    const uint8_t *a = (const uint8_t *)rows->a + row * rows->a_pitch;
    const uint8_t *b = (const uint8_t *)rows->b + row * rows->b_pitch;
    return (binary_row){.a = a,
                        .b = b,
                        .output = (uint8_t *)rows->output + row * rows->output_pitch,
                        .a_step = rows->a_step,
                        .b_step = rows->b_step,
                        .size = is_word ? 2 * rows->count : rows->count,
                        .a_all = binary_all(a, is_word),
                        .b_all = binary_all(b, is_word)};
}

/// What is there of a vector at byte `at` of an operand.
LANES_INLINE bytes binary_first(const binary_row *r, size_t at) {
    return r->a_step == 0 ? r->a_all : bytes_load_some(r->a + at, r->size - at);
}
LANES_INLINE bytes binary_second(const binary_row *r, size_t at) {
    return r->b_step == 0 ? r->b_all : bytes_load_some(r->b + at, r->size - at);
}

LANES_INLINE void binary_store(const binary_row *r, size_t at, bytes results) {
    bytes_store_some(r->output + at, results, r->size - at);
}

LANES_INLINE void binary_rows(binary_kind kind, int is_word, const arete_quantized_binary *p,
                              const arete_pair_rows *rows) {
    const binary_form f = binary_form_of(kind, p);
    for (size_t row = 0; row < rows->rows; row++) {
        const binary_row r = binary_row_of(rows, row, is_word);
        for (size_t at = 0; at < r.size; at += LANE_BYTES) {
            const bytes x = binary_first(&r, at), y = binary_second(&r, at);
            binary_store(&r, at, is_word ? binary_of_words(kind, x, y, &f) : binary_bytes(kind, x, y, &f));
        }
    }
}

#include "word_prelu.h"
#include "word_sum.h"

#define BINARY_ROWS(name, kind, is_word)                                                                               \
    static void name(const arete_quantized_binary *p, const arete_pair_rows *rows) {                                   \
        binary_rows(kind, is_word, p, rows);                                                                           \
    }
BINARY_ROWS(fast_sum_bytes, BINARY_FAST_SUM, 0)
BINARY_ROWS(fast_product_bytes, BINARY_FAST_PRODUCT, 0)
BINARY_ROWS(sum_bytes, BINARY_SUM, 0)
BINARY_ROWS(difference_bytes, BINARY_DIFFERENCE, 0)
BINARY_ROWS(squared_difference_bytes, BINARY_SQUARED_DIFFERENCE, 0)
BINARY_ROWS(product_bytes, BINARY_PRODUCT, 0)
BINARY_ROWS(prelu_bytes, BINARY_PRELU, 0)
BINARY_ROWS(quotient_bytes, BINARY_QUOTIENT, 0)
BINARY_ROWS(quotient_words, BINARY_QUOTIENT, 1)
BINARY_ROWS(sum_words, BINARY_SUM, 1)
BINARY_ROWS(difference_words, BINARY_DIFFERENCE, 1)
BINARY_ROWS(squared_difference_words, BINARY_SQUARED_DIFFERENCE, 1)
BINARY_ROWS(product_words, BINARY_PRODUCT, 1)
BINARY_ROWS(power_sum_words, BINARY_POWER_SUM, 1)
BINARY_ROWS(power_difference_words, BINARY_POWER_DIFFERENCE, 1)

static void plain_sum_words(const arete_quantized_binary *p, const arete_pair_rows *rows) { word_sum_rows(p, rows, 0); }
static void plain_difference_words(const arete_quantized_binary *p, const arete_pair_rows *rows) {
    word_sum_rows(p, rows, 1);
}

typedef void (*binary_rows_function)(const arete_quantized_binary *, const arete_pair_rows *);

// NULL where only the portable kernel has the function.
static inline binary_rows_function binary_rows_of(const arete_quantized_binary *p) {
    const int is_word = p->type == ARETE_INT16, is_fast = p->rounding == ARETE_ROUND_FLOAT;
    switch (p->operation) {
    case ARETE_QUANTIZED_ADD:
        return p->power_of_two     ? power_sum_words
               : word_sum_takes(p) ? plain_sum_words
               : is_word           ? sum_words
               : p->shift_only     ? fast_sum_bytes
                                   : sum_bytes;
    case ARETE_QUANTIZED_SUB:
        return p->power_of_two     ? power_difference_words
               : word_sum_takes(p) ? plain_difference_words
               : is_word           ? difference_words
               : p->shift_only     ? fast_sum_bytes
                                   : difference_bytes;
    case ARETE_QUANTIZED_MUL:
        return is_word ? is_fast ? 0 : product_words : is_fast ? fast_product_bytes : product_bytes;
    case ARETE_QUANTIZED_SQUARED_DIFFERENCE:
        return is_word ? squared_difference_words : squared_difference_bytes;
    case ARETE_QUANTIZED_PRELU:
        return is_word ? word_prelu_rows : prelu_bytes;
    case ARETE_QUANTIZED_DIV:
        return is_word ? quotient_words : quotient_bytes;
    default:
        return 0;
    }
}

#define QUANTIZED_BINARY_ROWS(name)                                                                                    \
    void name(const void *binary, const arete_pair_rows *rows) {                                                       \
        const binary_rows_function function = binary_rows_of(binary);                                                  \
        if (function == 0) {                                                                                           \
            arete_quantized_binary_rows(binary, rows);                                                                 \
        } else if (rows->count != 0) {                                                                                 \
            function(binary, rows);                                                                                    \
        }                                                                                                              \
    }
