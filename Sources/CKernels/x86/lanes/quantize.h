// Floats to quantized values and back on vectors, and rows of them: the bits of the portable kernels.
#pragma once
#include "arete_dynamic.h"
#include "arete_quantize.h"
#include "arete_requantize.h"

typedef enum {
    NOT_NUMBERS_LEAST, // NaN becomes the least value
    NOT_NUMBERS_ZERO,  // NaN becomes the zero point
} not_numbers;

/// Everything a row needs. The zero point and the bounds are those of results, the bounds without the zero point.
typedef struct {
    floats factor, low, high;
    ints zero;
    int is_signed;
} quantize_form;

LANES_INLINE quantize_form quantize_form_of(float factor, int32_t zero, int32_t minimum, int32_t maximum,
                                            int is_signed) {
    return (quantize_form){floats_of(factor), floats_of((float)(minimum - zero)), floats_of((float)(maximum - zero)),
                           ints_of(zero), is_signed};
}

LANES_INLINE int quantize_divides(arete_quantize_rounding rounding) {
    return rounding == ARETE_QUANTIZE_DIVIDE_AWAY || rounding == ARETE_QUANTIZE_DIVIDE_EVEN;
}

LANES_INLINE ints quantized_ints(floats x, const quantize_form *f, arete_quantize_rounding rounding, not_numbers none) {
    const int is_away = rounding == ARETE_QUANTIZE_DIVIDE_AWAY || rounding == ARETE_QUANTIZE_MULTIPLY_AWAY;
    floats y = quantize_divides(rounding) ? x / f->factor : x * f->factor;
    if (none == NOT_NUMBERS_ZERO) y = floats_or_zero(y);
    y = floats_minimum(floats_maximum(y, f->low), f->high);
    return (is_away ? floats_rounded_away(y) : floats_rounded(y)) + f->zero;
}

// `vectors` vectors of floats, of which `left` elements are there, as one of results: 4 make bytes, 2 words.
LANES_INLINE bytes quantized_block(const float *x, size_t left, const quantize_form *f,
                                   arete_quantize_rounding rounding, not_numbers none, int vectors) {
    ints y[4];
    for (size_t k = 0; k < (size_t)vectors; k++) {
        const size_t n = left > k * LANES ? left - k * LANES : 0;
        const floats part = n >= LANES ? floats_load(x + k * LANES) : floats_of(0);
        y[k] = quantized_ints(n == 0 || n >= LANES ? part : floats_load_some(x + k * LANES, n), f, rounding, none);
    }
    return vectors == 2 ? ints_as_words(y[0], y[1], f->is_signed)
                        : words_as_bytes(ints_packed(y[0], y[1]), ints_packed(y[2], y[3]), f->is_signed);
}

/// Quotients that become any of 256 bytes, told by products with the inverse.
typedef struct {
    floats inverse;
    ints zero, limit; // zero point as words; how far from an integer products may lie, as bits
    int is_signed;
} quantize_products;

LANES_INLINE int quantize_has_products(const quantize_form *f) {
    const float scale = f->factor[0] < 0 ? -f->factor[0] : f->factor[0];
    const float zero = (float)f->zero[0], low = f->is_signed ? -128 : 0;
    return scale > 0x1p-100f && scale < 0x1p100f && zero >= -256 && zero <= 256 && f->low[0] + zero == low &&
           f->high[0] + zero == low + 255;
}

/// A quotient of 512 and less differs from the product by three roundings, which are less than 2^-13. Greater ones,
/// and all others that are told by their product, saturate.
LANES_INLINE quantize_products quantize_products_of(const quantize_form *f) {
    return (quantize_products){floats_of(1) / f->factor, words_of((int16_t)f->zero[0]),
                               (ints)floats_of(0.5F - 0x1p-13F), f->is_signed};
}

/// A block of bytes, in half the time of divisions; 0 where a product is so near a tie that the quotient may lie on its
/// other side, or is no number, or too great to tell.
LANES_INLINE int quantized_products(const float *x, const quantize_products *f, uint8_t *output) {
    ints y[4], farthest = ints_of(0);
    for (size_t k = 0; k < 4; k++) {
        const floats product = floats_load(x + k * LANES) * f->inverse;
        y[k] = floats_rounded(product);
        farthest = ints_maximum(farthest, (ints)(product - floats_from(y[k])) & ints_of(INT32_MAX));
    }
    if (ints_any_above(farthest, f->limit)) {
        return 0;
    }
    const ints front = words_add_saturated(ints_packed(y[0], y[1]), f->zero);
    const ints back = words_add_saturated(ints_packed(y[2], y[3]), f->zero);
    bytes_store(output, words_as_bytes(front, back, f->is_signed));
    return 1;
}

LANES_INLINE void quantized_row(const float *x, size_t count, const quantize_form *f, arete_quantize_rounding rounding,
                                not_numbers none, int vectors, uint8_t *output) {
    const size_t block = (size_t)vectors * LANES, size = 4 / (size_t)vectors;
    const int has_products = quantize_divides(rounding) && vectors == 4 && quantize_has_products(f);
    const quantize_products products = quantize_products_of(f);
    size_t i = 0;
    for (; i + block <= count; i += block) {
        if (has_products && quantized_products(x + i, &products, output + i)) {
            continue;
        }
        bytes_store(output + i * size, quantized_block(x + i, block, f, rounding, none, vectors));
    }
    if (i < count) {
        const bytes rest = quantized_block(x + i, count - i, f, rounding, none, vectors);
        bytes_store_some(output + i * size, rest, (count - i) * size);
    }
}

static inline int is_byte_type(arete_element_type type) {
    return type == ARETE_INT8 || type == ARETE_UINT8 || type == ARETE_INT4 || type == ARETE_UINT4;
}
static inline int is_signed_type(arete_element_type type) {
    return type == ARETE_INT8 || type == ARETE_INT16 || type == ARETE_INT4 || type == ARETE_INT32;
}

// X(function, rounding, not numbers)
#define QUANTIZED_ROW(name, rounding, none)                                                                            \
    static void name(const float *x, size_t count, const quantize_form *f, int is_byte, uint8_t *output) {             \
        if (is_byte) {                                                                                                 \
            quantized_row(x, count, f, rounding, none, 4, output);                                                     \
        } else {                                                                                                       \
            quantized_row(x, count, f, rounding, none, 2, output);                                                     \
        }                                                                                                              \
    }
QUANTIZED_ROW(quantized_divide_away, ARETE_QUANTIZE_DIVIDE_AWAY, NOT_NUMBERS_LEAST)
QUANTIZED_ROW(quantized_divide_even, ARETE_QUANTIZE_DIVIDE_EVEN, NOT_NUMBERS_LEAST)
QUANTIZED_ROW(quantized_multiply_even, ARETE_QUANTIZE_MULTIPLY_EVEN, NOT_NUMBERS_LEAST)
QUANTIZED_ROW(quantized_multiply_away, ARETE_QUANTIZE_MULTIPLY_AWAY, NOT_NUMBERS_LEAST)
QUANTIZED_ROW(quantized_linear, ARETE_QUANTIZE_DIVIDE_EVEN, NOT_NUMBERS_ZERO)

LANES_INLINE void quantize_row(arete_quantize_rounding rounding, arete_affine affine, arete_element_type type,
                               const float *x, size_t count, void *output) {
    const int divides = rounding == ARETE_QUANTIZE_DIVIDE_AWAY || rounding == ARETE_QUANTIZE_DIVIDE_EVEN;
    const quantize_form f = quantize_form_of(divides ? affine.scale : 1.0f / affine.scale, affine.zero_point,
                                             arete_type_minimum(type), arete_type_maximum(type), is_signed_type(type));
    switch (rounding) {
    case ARETE_QUANTIZE_DIVIDE_AWAY:
        quantized_divide_away(x, count, &f, is_byte_type(type), output);
        break;
    case ARETE_QUANTIZE_DIVIDE_EVEN:
        quantized_divide_even(x, count, &f, is_byte_type(type), output);
        break;
    case ARETE_QUANTIZE_MULTIPLY_AWAY:
        quantized_multiply_away(x, count, &f, is_byte_type(type), output);
        break;
    default:
        quantized_multiply_even(x, count, &f, is_byte_type(type), output);
        break;
    }
}

/// Differences from a zero point as floats, times a scale.
LANES_INLINE void dequantized_row(arete_affine affine, arete_element_type type, const uint8_t *x, size_t count,
                                  float *output) {
    const ints zero = ints_of(affine.zero_point);
    const floats scale = floats_of(affine.scale);
    const int is_byte = is_byte_type(type), is_signed = is_signed_type(type), is_wide = type == ARETE_INT32;
    for (size_t i = 0; i < count; i += LANES) {
        const size_t left = count - i;
        const ints stored = is_byte   ? ints_load_bytes(x + i, left, is_signed)
                            : is_wide ? ints_load_some((const int32_t *)(const void *)x + i, left)
                                      : ints_load_words(x + 2 * i, left, is_signed);
        const floats y = floats_from(stored - zero) * scale;
        floats_store_some(output + i, y, left);
    }
}

static void dequantize_row(arete_affine affine, arete_element_type type, const void *x, size_t count, float *output) {
    switch (type) {
    case ARETE_INT8:
    case ARETE_INT4:
        dequantized_row(affine, ARETE_INT8, x, count, output);
        break;
    case ARETE_UINT8:
    case ARETE_UINT4:
        dequantized_row(affine, ARETE_UINT8, x, count, output);
        break;
    case ARETE_INT16:
        dequantized_row(affine, ARETE_INT16, x, count, output);
        break;
    case ARETE_UINT16:
        dequantized_row(affine, ARETE_UINT16, x, count, output);
        break;
    default:
        dequantized_row(affine, ARETE_INT32, x, count, output);
        break;
    }
}

#define QUANTIZE(name)                                                                                                 \
    void name(arete_quantize_rounding rounding, arete_affine affine, arete_element_type type,                          \
              const float *restrict input, size_t count, void *restrict output) {                                      \
        quantize_row(rounding, affine, type, input, count, output);                                                    \
    }

#define DEQUANTIZE(name)                                                                                               \
    void name(arete_affine affine, arete_element_type type, const void *restrict input, size_t count,                  \
              float *restrict output) {                                                                                \
        dequantize_row(affine, type, input, count, output);                                                            \
    }
