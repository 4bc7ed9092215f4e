// Depthwise convolutions of 16-bit activations with the word dot product.
#include "../depthwise_words_plan.h"
#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"))),                 \
                             apply_to = function)
#include "../words512.h"

static inline __m256i add_products(__m256i sums, __m256i a, __m256i b) { return _mm256_dpwssd_epi32(sums, a, b); }

static inline __m256i load_some(const uint8_t *activations, size_t count) {
    return _mm256_maskz_loadu_epi16((__mmask16)((1u << count) - 1), activations);
}

#define WORDS(NAME) arete_avx512vl_depthwise_word_##NAME
#include "../depthwise_words.h"
#pragma clang attribute pop

#endif
