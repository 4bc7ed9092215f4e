// Vectors of 16 sums of 16-bit products in 512-bit registers. To be included inside the target region.
#pragma once

typedef __m512i vec;
typedef __m512i activation_vec;
typedef __m512i weight_vec;

#define LANES 16

static inline vec load_bias(const int32_t *bias) { return _mm512_loadu_si512(bias); }
static inline void store_sums(int32_t *target, vec sum) { _mm512_storeu_si512(target, sum); }

/// Sums of 8 channels as results, by the factors and offsets of arete_wide_finish_prepare.
static inline __m256i finish_wide(__m256i sums, const double *factors, const double *offsets) {
    const __m512d x = _mm512_fmadd_pd(_mm512_cvtepi32_pd(sums), _mm512_loadu_pd(factors), _mm512_loadu_pd(offsets));
    return _mm512_cvt_roundpd_epi32(x, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
}

/// Reads the sums in whole vectors.
static inline void requantize_wide(const arete_packed_conv *layer, const int32_t *sums, size_t count, size_t first,
                                   int16_t *output) {
    const arete_requantization *q = &layer->conv.requantization;
    const double *factors = layer->wide_finish + first;
    const double *offsets = factors + arete_wide_finish_count(layer->conv.window.output_channels) / 2;
    const __m256i least = _mm256_set1_epi16((int16_t)q->minimum), most = _mm256_set1_epi16((int16_t)q->maximum);
    for (size_t i = 0; i < count; i += LANES) {
        const __m512i x = load_bias(sums + i);
        const __m256i low = finish_wide(_mm512_castsi512_si256(x), factors + i, offsets + i);
        const __m256i high = finish_wide(_mm512_extracti64x4_epi64(x, 1), factors + i + 8, offsets + i + 8);
        const __m256i packed = _mm256_permute4x64_epi64(_mm256_packs_epi32(low, high), 0xD8);
        const __m256i words = _mm256_min_epi16(_mm256_max_epi16(packed, least), most);
        const __mmask16 some = (__mmask16)(count - i < LANES ? (1u << (count - i)) - 1 : 0xFFFF);
        _mm256_mask_storeu_epi16(output + i, some, words);
    }
}

/// `sums` has room for whole vectors.
static inline void requantize_sums(const arete_packed_conv *layer, const int32_t *sums, size_t count, size_t first,
                                   void *output) {
    if (!layer->wide) {
        arete_requantize_row_avx512(sums, count, first, &layer->conv.requantization, output);
    } else if (layer->wide_finish) {
        requantize_wide(layer, sums, count, first, output);
    } else {
        requantize_words(layer, sums, count, first, output);
    }
}
