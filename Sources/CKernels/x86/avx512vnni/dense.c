// Dense convolutions with 512-bit byte dot products: tiles of 6 pixels times 64 channels, and narrower ones.
#include "../dense_bytes.h"
#include "../dense_pack.h"
#include "../dense_plan.h"
#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"))),                 \
                             apply_to = function)
#include "vector.h"
#define DENSE(NAME) arete_avx512vnni_dense_##NAME
#include "../dense.h"
#pragma clang attribute pop

#endif
