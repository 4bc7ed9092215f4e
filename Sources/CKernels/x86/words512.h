// Vectors of 16 sums of 16-bit products in 512-bit registers. To be included inside the target region.
#pragma once

typedef __m512i vec;
typedef __m512i activation_vec;
typedef __m512i weight_vec;

#define LANES 16

static inline vec load_bias(const int32_t *bias) { return _mm512_loadu_si512(bias); }
static inline void store_sums(int32_t *target, vec sum) { _mm512_storeu_si512(target, sum); }

static inline void store_words(uint8_t *output, __m256i words, size_t count) {
    if (count >= LANES) {
        _mm256_storeu_si256((__m256i *)(void *)output, words);
    } else {
        _mm256_mask_storeu_epi16(output, (__mmask16)((1u << count) - 1), words);
    }
}

/// Sums of 8 channels as results, by the factors and offsets of arete_wide_finish_prepare.
static inline __m256i finish_wide(const int32_t *sums, __m512d factors, __m512d offsets) {
    const __m256i x = _mm256_loadu_si256((const __m256i *)(const void *)sums);
    return _mm512_cvt_roundpd_epi32(_mm512_fmadd_pd(_mm512_cvtepi32_pd(x), factors, offsets),
                                    _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
}

static inline void requantize_wide(const arete_packed_conv *layer, const word_sums *s) {
    const arete_requantization *q = &layer->conv.requantization;
    const double *offsets, *factors = wide_factors(layer, s, &offsets);
    const __m256i least = _mm256_set1_epi16((int16_t)q->minimum), most = _mm256_set1_epi16((int16_t)q->maximum);
    for (size_t i = 0; i < s->count; i += LANES) {
        const __m512d factor[2] = {_mm512_loadu_pd(factors + i), _mm512_loadu_pd(factors + i + 8)};
        const __m512d offset[2] = {_mm512_loadu_pd(offsets + i), _mm512_loadu_pd(offsets + i + 8)};
        for (size_t r = 0; r < s->rows; r++) {
            const int32_t *sums = s->sums + r * s->pitch + i;
            const __m256i low = finish_wide(sums, factor[0], offset[0]);
            const __m256i high = finish_wide(sums + 8, factor[1], offset[1]);
            const __m256i packed = _mm256_permute4x64_epi64(_mm256_packs_epi32(low, high), 0xD8);
            store_words(s->output + r * s->stride + 2 * i, _mm256_min_epi16(_mm256_max_epi16(packed, least), most),
                        s->count - i);
        }
    }
}

static inline void requantize_floats(const arete_packed_conv *layer, const word_sums *s) {
    const arete_requantization *q = &layer->conv.requantization;
    const __m512 low = _mm512_set1_ps((float)(q->minimum - q->zero_point));
    const __m512 high = _mm512_set1_ps((float)(q->maximum - q->zero_point));
    const __m512i zero = _mm512_set1_epi32(q->zero_point);
    for (size_t i = 0; i < s->count; i += LANES) {
        const __mmask16 some = (__mmask16)(s->count - i < LANES ? (1u << (s->count - i)) - 1 : 0xFFFF);
        const __m512 scale =
            q->step ? _mm512_maskz_loadu_ps(some, q->scale + s->first + i) : _mm512_set1_ps(q->scale[0]);
        for (size_t r = 0; r < s->rows; r++) {
            const __m512 x = _mm512_mul_ps(_mm512_cvtepi32_ps(load_bias(s->sums + r * s->pitch + i)), scale);
            const __m512i rounded = _mm512_cvtps_epi32(_mm512_min_ps(_mm512_max_ps(x, low), high));
            store_words(s->output + r * s->stride + 2 * i, _mm512_cvtsepi32_epi16(_mm512_add_epi32(rounded, zero)),
                        s->count - i);
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
        requantize_each(layer, s, arete_requantize_row_avx512);
    }
}
