// Depthwise convolutions of 16-bit activations with 256-bit products.
#include "../depthwise_words_plan.h"
#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "../words256.h"

static inline __m256i add_products(__m256i sums, __m256i a, __m256i b) {
    return _mm256_add_epi32(sums, _mm256_madd_epi16(a, b));
}

static inline __m256i load_some(const uint8_t *activations, size_t count) {
    int16_t some[WORDS_CHANNELS] = {0};
    memcpy(some, activations, count * sizeof(int16_t));
    return _mm256_loadu_si256((const __m256i *)(const void *)some);
}

#define WORDS(NAME) arete_avx2_depthwise_word_##NAME
#include "../depthwise_words.h"
#pragma clang attribute pop

#endif
