// Depthwise convolutions of 16-bit activations with 256-bit products.
#include "../depthwise_words_plan.h"
#include "kernels.h"

#if defined(__x86_64__)
#include "../lanes/avx2.h"

LANES_BEGIN
static inline ints add_products(ints sums, ints a, ints b) { return words_dot_added(sums, a, b); }
static inline bytes load_words(const uint8_t *p, size_t count) {
    return count == 8 ? (bytes)_mm256_zextsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)p))
                      : bytes_load_some(p, count * sizeof(int16_t));
}

// 8 accumulators, two vectors of weights, two of activations, their pairs and a product.
#define WORDS_PIXELS 4
#define WORDS_TILES WORDS_TILES_4(0) WORDS_TILES_4(1)
#define WORDS_REQUANTIZE_ROW arete_requantize_row_avx2
#define WORDS(NAME) arete_avx2_depthwise_word_##NAME
#include "../depthwise_words.h"
LANES_END

#endif
