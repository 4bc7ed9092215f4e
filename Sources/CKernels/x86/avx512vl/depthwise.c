// Depthwise convolutions with 256-bit byte dot products, EVEX encoding.
#include "../depthwise_pack.h"
#include "../finish.h"
#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"))),                 \
                             apply_to = function)
#define DOT _mm256_dpbusd_epi32
#define PIXEL_GROUPS 2
#include "../dot_bytes256.h"
#define DEPTHWISE(NAME) arete_avx512vl_depthwise_##NAME
#define DEPTHWISE_NARROW arete_avx512vl_depthwise_strip
#include "../depthwise.h"
#pragma clang attribute pop

#endif
