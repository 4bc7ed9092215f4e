// Names of the scalar matrix products, one per pair of operand types.
#pragma once
#include "arete_matmul.h"

#define ARETE_DECLARE_FULLY_CONNECTED(SUFFIX)                                                                          \
    void arete_##SUFFIX##_fully_connected(const arete_fully_connected *layer, const void *input, const void *weights,  \
                                          const void *bias, void *output, size_t begin, size_t end, void *scratch);

ARETE_DECLARE_FULLY_CONNECTED(s8)
ARETE_DECLARE_FULLY_CONNECTED(u8)
ARETE_DECLARE_FULLY_CONNECTED(u8s8)
ARETE_DECLARE_FULLY_CONNECTED(s8u8)
ARETE_DECLARE_FULLY_CONNECTED(s16)
ARETE_DECLARE_FULLY_CONNECTED(s16_wide)
ARETE_DECLARE_FULLY_CONNECTED(s16s16)
