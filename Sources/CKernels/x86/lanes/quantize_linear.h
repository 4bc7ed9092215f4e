// Quantization by tensors of scales on vectors: runs of one scale, and of a scale for each element.
#pragma once
#include "../../scalar/linear_run.h"
#include "quantize.h"

// Whether differences between a stored value and the zero point fit integers.
static inline int is_small(int32_t zero) { return zero > -(1 << 24) && zero < 1 << 24; }

/// The first `count` elements of a vector, quantized by scales and zero points (NULL: none) of their own.
LANES_INLINE ints quantized_places(const float *x, const float *scale, const int32_t *zero, size_t count, floats low,
                                   floats high) {
    const int is_whole = count >= LANES;
    const floats value = is_whole ? floats_load(x) : floats_load_some(x, count);
    const floats steps = floats_whole(value / (is_whole ? floats_load(scale) : floats_load_some(scale, count)));
    const ints offset = zero == 0 ? ints_of(0) : is_whole ? ints_load(zero) : ints_load_some(zero, count);
    return floats_rounded(floats_minimum(floats_maximum(floats_or_zero(steps) + floats_from(offset), low), high));
}

LANES_INLINE void quantized_by_place(const float *x, const float *scale, const int32_t *zero, size_t count,
                                     arete_element_type type, uint8_t *output) {
    const int is_signed = is_signed_type(type), is_byte = is_byte_type(type);
    const size_t vectors = is_byte ? 4 : 2, size = is_byte ? 1 : 2;
    const floats low = floats_of((float)arete_type_minimum(type)), high = floats_of((float)arete_type_maximum(type));
    for (size_t i = 0; i < count; i += vectors * LANES) {
        ints y[4] = {ints_of(0), ints_of(0), ints_of(0), ints_of(0)};
        const size_t left = count - i;
        for (size_t k = 0; k < vectors && k * LANES < left; k++) {
            const size_t at = i + k * LANES, rest = left - k * LANES, n = rest < LANES ? rest : LANES;
            y[k] = quantized_places(x + at, scale + at, zero == 0 ? 0 : zero + at, n, low, high);
        }
        const bytes block = is_byte ? words_as_bytes(ints_packed(y[0], y[1]), ints_packed(y[2], y[3]), is_signed)
                                    : ints_as_words(y[0], y[1], is_signed);
        bytes_store_some(output + i * size, block, left * size);
    }
}

/// Vectors whose zero points are small; how many elements that are.
LANES_INLINE size_t dequantized_by_place(arete_element_type type, const uint8_t *x, const float *scale,
                                         const int32_t *zero, size_t count, float *y) {
    const int is_byte = is_byte_type(type), is_signed = is_signed_type(type);
    const ints most = ints_of(1 << 24);
    for (size_t i = 0; i < count; i += LANES) {
        const size_t left = count - i;
        const ints stored =
            is_byte ? ints_load_bytes(x + i, left, is_signed) : ints_load_words(x + 2 * i, left, is_signed);
        const ints offset = zero == 0       ? ints_of(0)
                            : left >= LANES ? ints_load(zero + i)
                                            : ints_load_some(zero + i, left);
        if (ints_any_above(offset, most) || ints_any_above(ints_of(-(1 << 24)), offset)) return i;
        const floats factor = left >= LANES ? floats_load(scale + i) : floats_load_some(scale + i, left);
        floats_store_some(y + i, floats_from(stored - offset) * factor, left);
    }
    return count;
}

#define QUANTIZE_LINEAR(name)                                                                                          \
    bool name(const arete_linear_plan *plan, const float *x, const float *scale, const int32_t *zero,                  \
              arete_element_type type, void *y, size_t begin, size_t end) {                                            \
        const size_t size = is_byte_type(type) ? 1 : 2;                                                                \
        const int is_known = is_byte_type(type) || type == ARETE_INT16 || type == ARETE_UINT16;                        \
        for (size_t at = begin; at < end;) {                                                                           \
            const arete_linear_run run = arete_linear_run_at(plan, at, end);                                           \
            const int32_t offset = zero == 0 || run.scale_step != 0 ? 0 : zero[run.scale];                             \
            if (is_known && run.scale_step != 0) {                                                                     \
                quantized_by_place(x + at, scale + run.scale, zero == 0 ? 0 : zero + run.scale, run.count, type,       \
                                   (uint8_t *)y + at * size);                                                          \
            } else if (!is_known || !is_small(offset)) {                                                               \
                if (!arete_quantize_linear(plan, x, scale, zero, type, y, at, at + run.count)) return false;           \
            } else {                                                                                                   \
                const quantize_form f = quantize_form_of(scale[run.scale], offset, arete_type_minimum(type),           \
                                                         arete_type_maximum(type), is_signed_type(type));              \
                quantized_linear(x + at, run.count, &f, size == 1, (uint8_t *)y + at * size);                          \
            }                                                                                                          \
            at += run.count;                                                                                           \
        }                                                                                                              \
        return true;                                                                                                   \
    }

#define DEQUANTIZE_LINEAR(name)                                                                                        \
    bool name(const arete_linear_plan *plan, arete_element_type type, const void *x, const float *scale,               \
              const int32_t *zero, float *y, size_t begin, size_t end) {                                               \
        const size_t size = is_byte_type(type) ? 1 : 2;                                                                \
        const int is_narrow = is_byte_type(type) || type == ARETE_INT16 || type == ARETE_UINT16;                       \
        for (size_t at = begin; at < end;) {                                                                           \
            arete_linear_run run = arete_linear_run_at(plan, at, end);                                                 \
            const int32_t offset = zero == 0 || run.scale_step != 0 ? 0 : zero[run.scale];                             \
            if (is_narrow && run.scale_step != 0) {                                                                    \
                const size_t done = dequantized_by_place(type, (const uint8_t *)x + at * size, scale + run.scale,      \
                                                         zero == 0 ? 0 : zero + run.scale, run.count, y + at);         \
                at += done;                                                                                            \
                run.count -= done;                                                                                     \
            }                                                                                                          \
            if (run.count != 0 && (!is_narrow || run.scale_step != 0 || !is_small(offset))) {                          \
                if (!arete_dequantize_linear(plan, type, x, scale, zero, y, at, at + run.count)) return false;         \
            } else if (run.count != 0) {                                                                               \
                const arete_affine affine = {scale[run.scale], offset};                                                \
                dequantize_row(affine, type, (const uint8_t *)x + at * size, run.count, y + at);                       \
            }                                                                                                          \
            at += run.count;                                                                                           \
        }                                                                                                              \
        return true;                                                                                                   \
    }
