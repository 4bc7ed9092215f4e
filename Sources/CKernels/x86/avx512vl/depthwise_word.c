// Depthwise convolutions of 16-bit activations with the word dot product, in 256-bit registers: layers often have no
// more than 16 channels.
#include "../depthwise_words_plan.h"
#include "kernels.h"

#if defined(__x86_64__)
#include "../lanes/avx2.h"

// The machine is one on which clang keeps dot products of words whole.
#pragma clang attribute push(                                                                                          \
    __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,tune=znver4"))),                     \
    apply_to = function)
static inline ints add_products(ints sums, ints a, ints b) {
    return (ints)_mm256_dpwssd_epi32((__m256i)sums, (__m256i)a, (__m256i)b);
}

static inline bytes load_words(const uint8_t *p, size_t count) {
    return (bytes)_mm256_maskz_loadu_epi16((__mmask16)((1u << count) - 1), p);
}

#define WORDS_PIXELS 6
#define WORDS_TILES WORDS_TILES_6(0) WORDS_TILES_6(1)
#define WORDS_REQUANTIZE_ROW arete_requantize_row_avx512
#define WORDS(NAME) arete_avx512vl_depthwise_word_##NAME
#include "../depthwise_words.h"
#pragma clang attribute pop

#endif
