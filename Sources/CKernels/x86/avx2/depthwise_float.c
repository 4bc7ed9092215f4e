// Depthwise convolutions of floats with 256-bit multiply-adds.
#include "../taps_floats.h"
#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "../taps_floats256.h"
#define TAPS(NAME) arete_avx2_depthwise_float_##NAME
#include "../taps.h"
#pragma clang attribute pop

#endif
