// Quantized functions of two operands by instruction set, as arete_quantized_binary_row and arete_quantized_sum_row.
#pragma once
#include "arete_quantized_binary.h"
#include "arete_quantized_sum.h"

void arete_quantized_binary_row_avx2(const arete_quantized_binary *binary, const void *a, size_t a_step, const void *b,
                                     size_t b_step, void *output, size_t count);
void arete_quantized_binary_row_avx512(const arete_quantized_binary *binary, const void *a, size_t a_step,
                                       const void *b, size_t b_step, void *output, size_t count);
void arete_quantized_sum_row_avx2(const arete_quantized_sum *sum, const void *a, size_t a_step, const void *b,
                                  size_t b_step, void *output, size_t count);
void arete_quantized_sum_row_avx512(const arete_quantized_sum *sum, const void *a, size_t a_step, const void *b,
                                    size_t b_step, void *output, size_t count);
