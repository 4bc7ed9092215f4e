// Quantization by tensors of scales: runs of one scale on vectors, others as the portable kernel has them.
#pragma once
#include "../../scalar/linear_run.h"
#include "quantize.h"

// Whether differences between a stored value and the zero point fit integers.
static inline int is_small(int32_t zero) { return zero > -(1 << 24) && zero < 1 << 24; }

#define QUANTIZE_LINEAR(name)                                                                                          \
    bool name(const arete_linear_plan *plan, const float *x, const float *scale, const int32_t *zero,                  \
              arete_element_type type, void *y, size_t begin, size_t end) {                                            \
        const size_t size = is_byte_type(type) ? 1 : 2;                                                                \
        const int is_known = is_byte_type(type) || type == ARETE_INT16 || type == ARETE_UINT16;                        \
        for (size_t at = begin; at < end;) {                                                                           \
            const arete_linear_run run = arete_linear_run_at(plan, at, end);                                           \
            const int32_t offset = zero == 0 || run.scale_step != 0 ? 0 : zero[run.scale];                             \
            if (!is_known || run.scale_step != 0 || !is_small(offset)) {                                               \
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
            const arete_linear_run run = arete_linear_run_at(plan, at, end);                                           \
            const int32_t offset = zero == 0 || run.scale_step != 0 ? 0 : zero[run.scale];                             \
            if (!is_narrow || run.scale_step != 0 || !is_small(offset)) {                                              \
                if (!arete_dequantize_linear(plan, type, x, scale, zero, y, at, at + run.count)) return false;         \
            } else {                                                                                                   \
                const arete_affine affine = {scale[run.scale], offset};                                                \
                dequantize_row(affine, type, (const uint8_t *)x + at * size, run.count, y + at);                       \
            }                                                                                                          \
            at += run.count;                                                                                           \
        }                                                                                                              \
        return true;                                                                                                   \
    }
