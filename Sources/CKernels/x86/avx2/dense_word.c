// Dense convolutions of 16-bit activations with 256-bit products.
#include "../dense_pack.h"
#include "../dense_plan.h"
#include "../dense_words.h"
#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "../dense_words256.h"
#define DENSE(NAME) arete_avx2_dense_word_##NAME
#include "../dense.h"
#pragma clang attribute pop

#endif
