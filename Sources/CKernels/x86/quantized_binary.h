// Quantized functions of two operands by instruction set, as arete_quantized_binary_rows and arete_quantized_sum_rows.
#pragma once
#include "arete_quantized_binary.h"
#include "arete_quantized_sum.h"

void arete_quantized_binary_rows_avx2(const void *binary, const arete_pair_rows *rows);
void arete_quantized_binary_rows_avx512(const void *binary, const arete_pair_rows *rows);
void arete_quantized_sum_rows_avx2(const void *sum, const arete_pair_rows *rows);
void arete_quantized_sum_rows_avx512(const void *sum, const arete_pair_rows *rows);
