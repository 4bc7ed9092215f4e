// Depthwise convolutions with 512-bit byte dot products.
#include "../depthwise_pack.h"
#include "../finish.h"
#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"))),                 \
                             apply_to = function)
#include "bytes.h"
#define DEPTHWISE(NAME) arete_avx512vnni_depthwise_##NAME
#define DEPTHWISE_NARROW arete_avx512vl_depthwise_strip
#include "../depthwise.h"
#pragma clang attribute pop

#endif
