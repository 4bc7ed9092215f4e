// Vectors of 8 sums of 16-bit products in 256-bit registers. To be included inside the target region.
#pragma once

typedef __m256i vec;
typedef __m256i activation_vec;
typedef __m256i weight_vec;

#define LANES 8

static inline vec load_bias(const int32_t *bias) { return _mm256_loadu_si256((const __m256i *)bias); }
static inline void store_sums(int32_t *target, vec sum) { _mm256_storeu_si256((__m256i *)target, sum); }

/// Sums of 4 channels as results, by the factors and offsets of arete_wide_finish_prepare.
static inline __m128i finish_wide(__m128i sums, const double *factors, const double *offsets) {
    const __m256d x = _mm256_fmadd_pd(_mm256_cvtepi32_pd(sums), _mm256_loadu_pd(factors), _mm256_loadu_pd(offsets));
    return _mm256_cvttpd_epi32(_mm256_floor_pd(x));
}

/// Reads the sums in whole vectors.
static inline void requantize_wide(const arete_packed_conv *layer, const int32_t *sums, size_t count, size_t first,
                                   int16_t *output) {
    const arete_requantization *q = &layer->conv.requantization;
    const double *factors = layer->wide_finish + first;
    const double *offsets = factors + arete_wide_finish_count(layer->conv.window.output_channels) / 2;
    const __m128i least = _mm_set1_epi16((int16_t)q->minimum), most = _mm_set1_epi16((int16_t)q->maximum);
    for (size_t i = 0; i < count; i += LANES) {
        const __m256i x = load_bias(sums + i);
        const __m128i low = finish_wide(_mm256_castsi256_si128(x), factors + i, offsets + i);
        const __m128i high = finish_wide(_mm256_extracti128_si256(x, 1), factors + i + 4, offsets + i + 4);
        const __m128i words = _mm_min_epi16(_mm_max_epi16(_mm_packs_epi32(low, high), least), most);
        if (count - i >= LANES) {
            _mm_storeu_si128((__m128i *)(void *)(output + i), words);
        } else {
            memcpy(output + i, &words, (count - i) * sizeof(int16_t));
        }
    }
}

/// `sums` has room for whole vectors.
static inline void requantize_sums(const arete_packed_conv *layer, const int32_t *sums, size_t count, size_t first,
                                   void *output) {
    if (!layer->wide) {
        arete_requantize_row_avx2(sums, count, first, &layer->conv.requantization, output);
    } else if (layer->wide_finish) {
        requantize_wide(layer, sums, count, first, output);
    } else {
        requantize_words(layer, sums, count, first, output);
    }
}
