// Depthwise convolutions of floats with 512-bit multiply-adds.
#include "../taps_floats.h"
#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"))),                 \
                             apply_to = function)
#include "../taps_floats512.h"
#define TAPS(NAME) arete_avx512vl_depthwise_float_##NAME
#include "../taps.h"
#pragma clang attribute pop

#endif
