// Tables by instruction set, as the functions of the same names without its own.
#pragma once
#include "arete_expectation.h"
#include "arete_quantized_compare.h"
#include <stddef.h>
#include <stdint.h>

void arete_table_apply_avx2(const uint8_t table[256], const uint8_t *input, size_t input_pitch, uint8_t *output,
                            size_t output_pitch, size_t rows, size_t count);
void arete_table_apply_avx512(const uint8_t table[256], const uint8_t *input, size_t input_pitch, uint8_t *output,
                              size_t output_pitch, size_t rows, size_t count);
void arete_table_apply_vbmi(const uint8_t table[256], const uint8_t *input, size_t input_pitch, uint8_t *output,
                            size_t output_pitch, size_t rows, size_t count);

void arete_expectation_rows_avx2(const arete_expectation *plan, const uint8_t *x, float *y, size_t begin, size_t end);

// As arete_float_table_apply and arete_expectation_rows.
#define ARETE_FLOAT_LOOKUP_FUNCTIONS(set)                                                                              \
    void arete_float_table_apply_##set(const float table[256], const uint8_t *restrict input, size_t count,            \
                                       float *restrict output);                                                        \
    void arete_expectation_rows_##set(const arete_expectation *plan, const uint8_t *x, float *y, size_t begin,         \
                                      size_t end);
ARETE_FLOAT_LOOKUP_FUNCTIONS(avx512)
ARETE_FLOAT_LOOKUP_FUNCTIONS(vbmi)

void arete_table16_apply_avx2(const int16_t table[513], const int16_t *input, size_t count, int16_t *output);
void arete_table16_apply_avx512(const int16_t table[513], const int16_t *input, size_t count, int16_t *output);

// As arete_s16_logistic, arete_s16_tanh and arete_quantized_compare_row.
#define ARETE_CURVE_FUNCTIONS(set)                                                                                     \
    void arete_s16_logistic_##set(arete_arithmetic arithmetic, float input_scale, const int16_t *input, size_t count,  \
                                  int16_t *output);                                                                    \
    void arete_s16_tanh_##set(arete_arithmetic arithmetic, float input_scale, const int16_t *input, size_t count,      \
                              int16_t *output);                                                                        \
    void arete_quantized_compare_row_##set(const arete_quantized_comparison *comparison, const uint8_t *a,             \
                                           size_t a_step, const uint8_t *b, size_t b_step, uint8_t *output,            \
                                           size_t count);
ARETE_CURVE_FUNCTIONS(avx2)
ARETE_CURVE_FUNCTIONS(avx512)
