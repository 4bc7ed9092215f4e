// Softmax of quantized rows by instruction set, as the functions of the same names without its own.
#pragma once
#include "arete_quantized_softmax.h"

#define ARETE_QUANTIZED_SOFTMAX_FUNCTIONS(set)                                                                         \
    void arete_quantized_softmax_rows_##set(const arete_quantized_softmax *softmax, const void *input, size_t rows,    \
                                            size_t depth, void *output);                                               \
    void arete_quantized_log_softmax_rows_##set(const arete_quantized_softmax *softmax, const void *input,             \
                                                size_t rows, size_t depth, void *output);
ARETE_QUANTIZED_SOFTMAX_FUNCTIONS(avx2)
ARETE_QUANTIZED_SOFTMAX_FUNCTIONS(avx512)
ARETE_QUANTIZED_SOFTMAX_FUNCTIONS(vbmi)
