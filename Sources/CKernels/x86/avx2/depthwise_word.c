// Depthwise convolutions of 16-bit activations with 256-bit products.
#include "../taps_words.h"
#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "../taps_words256.h"
#define TAPS(NAME) arete_avx2_depthwise_word_##NAME
#include "../taps.h"
#pragma clang attribute pop

#endif
