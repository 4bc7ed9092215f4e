// Floats to quantized values and back by instruction set, as the functions of the same names without its own.
#pragma once
#include "arete_dynamic.h"
#include "arete_quantize.h"
#include "arete_quantize_linear.h"

#define ARETE_QUANTIZE_FUNCTIONS(set)                                                                                  \
    void arete_quantize_##set(arete_quantize_rounding rounding, arete_affine affine, arete_element_type type,          \
                              const float *restrict input, size_t count, void *restrict output);                       \
    void arete_dequantize_##set(arete_affine affine, arete_element_type type, const void *restrict input,              \
                                size_t count, float *restrict output);                                                 \
    bool arete_quantize_linear_##set(const arete_linear_plan *plan, const float *x, const float *scale,                \
                                     const int32_t *zero, arete_element_type type, void *y, size_t begin, size_t end); \
    bool arete_dequantize_linear_##set(const arete_linear_plan *plan, arete_element_type type, const void *x,          \
                                       const float *scale, const int32_t *zero, float *y, size_t begin, size_t end);   \
    void arete_f32_range_##set(const float *restrict values, size_t count, float *restrict minimum,                    \
                               float *restrict maximum);                                                               \
    void arete_dynamic_quantize_##set(arete_dynamic_form form, arete_dynamic_scale scale, float minimum,               \
                                      float maximum, const float *restrict values, size_t count,                       \
                                      void *restrict output);                                                          \
    void arete_dynamic_quantize_rows_##set(arete_dynamic_form form, bool plus_128, const float *restrict values,       \
                                           size_t rows, size_t count, arete_dynamic_scale *restrict scales,            \
                                           uint8_t *restrict output);                                                  \
    void arete_dynamic_dequantize_##set(const arete_dynamic_output *form, float activation_scale, const int32_t *sums, \
                                        size_t rows, size_t channels, float *output);                                  \
    void arete_dynamic_finish_rows_##set(const arete_dynamic_finish *finish, const int32_t *sums, size_t sum_stride,   \
                                         size_t pixel, size_t rows, size_t first, size_t count, void *output,          \
                                         size_t output_stride);

ARETE_QUANTIZE_FUNCTIONS(avx2)
ARETE_QUANTIZE_FUNCTIONS(avx512)
