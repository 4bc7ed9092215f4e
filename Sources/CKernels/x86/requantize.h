// Requantization of rows by instruction set, for kernels of the same set to call.
#pragma once
#include "arete_requantize.h"

/// As arete_requantize_row; multipliers are not negative.
void arete_requantize_row_avx2(const int32_t *restrict accumulators, size_t count, size_t first,
                               const arete_requantization *restrict requantization, void *restrict output);
void arete_requantize_row_avx512(const int32_t *restrict accumulators, size_t count, size_t first,
                                 const arete_requantization *restrict requantization, void *restrict output);
