// Products of bytes with unpacked weights by instruction set, as in arete_matmul.h.
#pragma once
#include "arete_matmul.h"

#define ARETE_PRODUCT_FUNCTION(name)                                                                                   \
    void name(const arete_fully_connected *layer, const void *input, const void *weights, const void *bias,            \
              void *output, size_t begin, size_t end, void *scratch);
#define ARETE_PRODUCT_FUNCTIONS(set)                                                                                   \
    ARETE_PRODUCT_FUNCTION(arete_s8_product_##set)                                                                     \
    ARETE_PRODUCT_FUNCTION(arete_u8_product_##set)                                                                     \
    ARETE_PRODUCT_FUNCTION(arete_u8s8_product_##set)                                                                   \
    ARETE_PRODUCT_FUNCTION(arete_s8u8_product_##set)

ARETE_PRODUCT_FUNCTIONS(avx2)
ARETE_PRODUCT_FUNCTIONS(avx512)
