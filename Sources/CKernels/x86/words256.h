// Vectors of 8 sums of 16-bit products in 256-bit registers. To be included inside the target region.
#pragma once

typedef __m256i vec;
typedef __m256i activation_vec;
typedef __m256i weight_vec;

#define LANES 8

static inline vec load_bias(const int32_t *bias) { return _mm256_loadu_si256((const __m256i *)bias); }
static inline void store_sums(int32_t *target, vec sum) { _mm256_storeu_si256((__m256i *)target, sum); }

static inline void store_words(uint8_t *output, __m128i words, size_t count) {
    if (count >= LANES) {
        _mm_storeu_si128((__m128i *)(void *)output, words);
    } else {
        memcpy(output, &words, count * sizeof(int16_t));
    }
}

/// Sums of 4 channels as results, by the factors and offsets of arete_wide_finish_prepare.
static inline __m128i finish_wide(const int32_t *sums, __m256d factors, __m256d offsets) {
    const __m128i x = _mm_loadu_si128((const __m128i *)(const void *)sums);
    return _mm256_cvttpd_epi32(_mm256_floor_pd(_mm256_fmadd_pd(_mm256_cvtepi32_pd(x), factors, offsets)));
}

static inline void requantize_wide(const arete_packed_conv *layer, const word_sums *s) {
    const arete_requantization *q = &layer->conv.requantization;
    const double *offsets, *factors = wide_factors(layer, s, &offsets);
    const __m128i least = _mm_set1_epi16((int16_t)q->minimum), most = _mm_set1_epi16((int16_t)q->maximum);
    for (size_t i = 0; i < s->count; i += LANES) {
        const __m256d factor[2] = {_mm256_loadu_pd(factors + i), _mm256_loadu_pd(factors + i + 4)};
        const __m256d offset[2] = {_mm256_loadu_pd(offsets + i), _mm256_loadu_pd(offsets + i + 4)};
        for (size_t r = 0; r < s->rows; r++) {
            const int32_t *sums = s->sums + r * s->pitch + i;
            const __m128i low = finish_wide(sums, factor[0], offset[0]);
            const __m128i high = finish_wide(sums + 4, factor[1], offset[1]);
            const __m128i words = _mm_min_epi16(_mm_max_epi16(_mm_packs_epi32(low, high), least), most);
            store_words(s->output + r * s->stride + 2 * i, words, s->count - i);
        }
    }
}

static inline void requantize_floats(const arete_packed_conv *layer, const word_sums *s) {
    const arete_requantization *q = &layer->conv.requantization;
    const __m256 low = _mm256_set1_ps((float)(q->minimum - q->zero_point));
    const __m256 high = _mm256_set1_ps((float)(q->maximum - q->zero_point));
    const __m256i zero = _mm256_set1_epi32(q->zero_point);
    for (size_t i = 0; i < s->count; i += LANES) {
        float scales[LANES] = {0};
        if (q->step) {
            memcpy(scales, q->scale + s->first + i, (s->count - i < LANES ? s->count - i : LANES) * sizeof(float));
        }
        const __m256 scale = q->step ? _mm256_loadu_ps(scales) : _mm256_set1_ps(q->scale[0]);
        for (size_t r = 0; r < s->rows; r++) {
            const __m256 x = _mm256_mul_ps(_mm256_cvtepi32_ps(load_bias(s->sums + r * s->pitch + i)), scale);
            const __m256i rounded = _mm256_cvtps_epi32(_mm256_min_ps(_mm256_max_ps(x, low), high));
            const __m256i sums = _mm256_add_epi32(rounded, zero);
            store_words(s->output + r * s->stride + 2 * i,
                        _mm_packs_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1)), s->count - i);
        }
    }
}

/// Reads the sums in whole vectors.
static inline void requantize_sums(const arete_packed_conv *layer, const word_sums *s) {
    if (layer->wide_finish) {
        requantize_wide(layer, s);
    } else if (finishes_floats(layer)) {
        requantize_floats(layer, s);
    } else {
        requantize_each(layer, s, arete_requantize_row_avx2);
    }
}
