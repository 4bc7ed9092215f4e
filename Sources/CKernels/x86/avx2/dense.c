// Dense convolutions with 256-bit products of widened bytes: tiles of up to 16 channels.
#include "../dense_bytes.h"
#include "../dense_pack.h"
#include "../dense_plan.h"
#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "dot.h"
#define DENSE(NAME) arete_avx2_dense_##NAME
#include "../dense.h"
#pragma clang attribute pop

#endif
