// Dense convolutions of 16-bit activations with 512-bit products.
#include "../dense_pack.h"
#include "../dense_plan.h"
#include "../dense_words.h"
#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"))),                 \
                             apply_to = function)
#include "../dense_words512.h"
#define DENSE(NAME) arete_avx512vl_dense_word_##NAME
#include "../dense.h"
#pragma clang attribute pop

#endif
