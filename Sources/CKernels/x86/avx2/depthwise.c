// Depthwise convolutions with 256-bit products of widened bytes.
#include "../depthwise_pack.h"
#include "../finish.h"
#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "bytes.h"
#define DEPTHWISE(NAME) arete_avx2_depthwise_##NAME
#define DEPTHWISE_NARROW arete_avx2_depthwise_strip
#include "../depthwise.h"
#pragma clang attribute pop

#endif
