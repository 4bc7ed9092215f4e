// Dense convolutions with 256-bit byte dot products, EVEX encoding: tiles of up to 16 channels.
#include "../dense_bytes.h"
#include "../dense_pack.h"
#include "../dense_plan.h"
#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"))),                 \
                             apply_to = function)
#define DOT _mm256_dpbusd_epi32
#include "../dot256.h"
#define DENSE(NAME) arete_avx512vl_dense_##NAME
#include "../dense.h"
#pragma clang attribute pop

#endif
