// Dense convolutions with 256-bit byte dot products, VEX encoding: tiles of up to 16 channels.
#include "../dense_bytes.h"
#include "../dense_pack.h"
#include "../dense_plan.h"
#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,avxvnni"))), apply_to = function)
#define DOT _mm256_dpbusd_avx_epi32
#include "../dot256.h"
#define DENSE(NAME) arete_avxvnni_dense_##NAME
#include "../dense.h"
#pragma clang attribute pop

#endif
