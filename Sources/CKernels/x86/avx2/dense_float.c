// Dense convolutions of floats with 256-bit multiply-adds.
#include "../dense_floats.h"
#include "../dense_pack.h"
#include "../dense_plan.h"
#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "../float256.h"
#define DENSE(NAME) arete_avx2_dense_float_##NAME
#include "../dense.h"
#pragma clang attribute pop

#endif
