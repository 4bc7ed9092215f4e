// Depthwise convolutions of 16-bit activations with 512-bit products.
#include "../taps_words.h"
#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"))),                 \
                             apply_to = function)
#include "../taps_words512.h"
#define TAPS(NAME) arete_avx512vl_depthwise_word_##NAME
#include "../taps.h"
#pragma clang attribute pop

#endif
