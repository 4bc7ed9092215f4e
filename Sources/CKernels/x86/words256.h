// Vectors of 8 sums of 16-bit products in 256-bit registers. To be included inside the target region.
#pragma once

typedef __m256i vec;
typedef __m256i activation_vec;
typedef __m256i weight_vec;

#define LANES 8

static inline vec load_bias(const int32_t *bias) { return _mm256_loadu_si256((const __m256i *)bias); }
static inline void store_sums(int32_t *target, vec sum) { _mm256_storeu_si256((__m256i *)target, sum); }

static inline void requantize_sums(const arete_packed_conv *layer, const int32_t *sums, size_t count, size_t first,
                                   void *output) {
    if (layer->wide) {
        requantize_words(layer, sums, count, first, output);
    } else {
        arete_requantize_row_avx2(sums, count, first, &layer->conv.requantization, output);
    }
}
