// Requantization of rows by instruction set, for kernels of the same set to call.
#pragma once
#include "arete_requantize.h"

/// As arete_requantize_row; multipliers are not negative.
void arete_requantize_row_avx2(const int32_t *restrict accumulators, size_t count, size_t first,
                               const arete_requantization *restrict requantization, void *restrict output);
void arete_requantize_row_avx512(const int32_t *restrict accumulators, size_t count, size_t first,
                                 const arete_requantization *restrict requantization, void *restrict output);

/// Whether results are bytes, made by a float scale, and none is less than the zero point.
static inline bool requantization_is_rectified(const arete_requantization *q) {
    return (q->output == ARETE_INT8 || q->output == ARETE_UINT8) && q->rounding == ARETE_ROUND_FLOAT &&
           q->zero_point >= arete_type_minimum(q->output) && q->minimum >= q->zero_point;
}
