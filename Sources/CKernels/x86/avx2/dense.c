// Dense convolutions of bytes with 256-bit products: tiles of 8 channels.
#include "../dense_bytes.h"
#include "../dense_chain.h"

#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "../dense_chain_pack.h"
#include "dot.h"
#define DENSE(NAME) arete_avx2_dense_##NAME
#include "../dense.h"
#pragma clang attribute pop

#endif
