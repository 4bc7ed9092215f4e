// Tables by instruction set, as the functions of the same names without its own.
#pragma once
#include "arete_expectation.h"
#include <stddef.h>
#include <stdint.h>

void arete_table_apply_avx2(const uint8_t table[256], const uint8_t *input, size_t input_pitch, uint8_t *output,
                            size_t output_pitch, size_t rows, size_t count);
void arete_table_apply_avx512(const uint8_t table[256], const uint8_t *input, size_t input_pitch, uint8_t *output,
                              size_t output_pitch, size_t rows, size_t count);
void arete_table_apply_vbmi(const uint8_t table[256], const uint8_t *input, size_t input_pitch, uint8_t *output,
                            size_t output_pitch, size_t rows, size_t count);

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
