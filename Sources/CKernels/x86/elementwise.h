// Elementwise functions by instruction set, as the functions of the same names without its own.
#pragma once
#include "arete_normalize.h"
#include "arete_unary.h"

arete_unary_function arete_unary_avx2(arete_unary_operation operation, arete_element_type type);
arete_unary_function arete_unary_avx512(arete_unary_operation operation, arete_element_type type);

arete_softmax_function arete_softmax_avx2(arete_softmax_kind kind, arete_element_type type);
arete_softmax_function arete_softmax_avx512(arete_softmax_kind kind, arete_element_type type);
