// Reductions by instruction set, as the functions of the same names without its own.
#pragma once
#include "arete_reduce.h"

arete_arg_function arete_arg_extremum_avx2(arete_element_type type);
arete_arg_function arete_arg_extremum_avx512(arete_element_type type);
