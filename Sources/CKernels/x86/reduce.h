// Reductions by instruction set, as the functions of the same names without its own.
#pragma once
#include "arete_quantized_reduce.h"
#include "arete_reduce.h"

arete_arg_function arete_arg_extremum_avx2(arete_element_type type);
arete_arg_function arete_arg_extremum_avx512(arete_element_type type);

#define ARETE_REDUCE_FUNCTIONS(set)                                                                                    \
    arete_reduce_function arete_reduce_##set(arete_reduce_operation operation, arete_element_type type);               \
    void arete_quantized_reduce_##set(const arete_quantized_reduction *reduction, const arete_reduce_plan *plan,       \
                                      const void *input, void *output, size_t begin, size_t end);                      \
    arete_top_function arete_top_k_##set(arete_element_type type);
ARETE_REDUCE_FUNCTIONS(avx2)
ARETE_REDUCE_FUNCTIONS(avx512)
