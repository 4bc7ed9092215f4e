// Depthwise convolutions with 256-bit byte dot products, VEX encoding.
#include "../depthwise_pack.h"
#include "../finish.h"
#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,avxvnni"))), apply_to = function)
#define DOT _mm256_dpbusd_avx_epi32
#define PIXEL_GROUPS 1
#include "../dot_bytes256.h"
#define DEPTHWISE(NAME) arete_avxvnni_depthwise_##NAME
#define DEPTHWISE_NARROW arete_avxvnni_depthwise_strip
#include "../depthwise.h"
#pragma clang attribute pop

#endif
