// What quantized elementwise kernels share: an affine quantization, and whose arithmetic to follow.
#pragma once
#include "arete_types.h"

/// real = scale * (stored - zero_point).
typedef struct {
    float scale;
    int32_t zero_point;
} arete_affine;

typedef enum {
    ARETE_EXACT = 0, // fixed point, as TFLite's reference kernels
    ARETE_FAST = 1,  // as XNNPACK
} arete_arithmetic;
