// Elementwise functions by instruction set, as the functions of the same names without its own.
#pragma once
#include "arete_binary.h"
#include "arete_cast.h"
#include "arete_normalize.h"
#include "arete_unary.h"
#include "arete_word_swish.h"

arete_unary_function arete_unary_avx2(arete_unary_operation operation, arete_element_type type);
arete_unary_function arete_unary_avx512(arete_unary_operation operation, arete_element_type type);

arete_softmax_function arete_softmax_avx2(arete_softmax_kind kind, arete_element_type type);
arete_softmax_function arete_softmax_avx512(arete_softmax_kind kind, arete_element_type type);
arete_parametric_function arete_parametric_avx2(arete_parametric_operation operation, arete_element_type type);
arete_parametric_function arete_parametric_avx512(arete_parametric_operation operation, arete_element_type type);
arete_cast_function arete_cast_avx2(arete_element_type from, arete_element_type to);
arete_cast_function arete_cast_avx512(arete_element_type from, arete_element_type to);
arete_pair_function arete_float_pair_avx2(arete_binary_operation operation);
arete_pair_function arete_float_pair_avx512(arete_binary_operation operation);
void arete_word_swish_row_avx2(const arete_word_swish *swish, const int16_t *x, size_t count, int16_t *y);
void arete_word_swish_row_avx512(const arete_word_swish *swish, const int16_t *x, size_t count, int16_t *y);
