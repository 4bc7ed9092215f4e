// Data movement by instruction set, as the functions of the same names without its own.
#pragma once
#include "arete_copy.h"

void arete_copy_avx2(size_t element_size, const arete_nest *nest, void *y, const void *x, size_t begin, size_t end);
