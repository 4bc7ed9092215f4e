// Vectors of 16 sums of 16-bit products in 512-bit registers. To be included inside the target region.
#pragma once

typedef __m512i vec;
typedef __m512i activation_vec;
typedef __m512i weight_vec;

#define LANES 16

static inline vec load_bias(const int32_t *bias) { return _mm512_loadu_si512(bias); }
static inline void store_sums(int32_t *target, vec sum) { _mm512_storeu_si512(target, sum); }

/// Requantizes up to 8 sums as 64-bit ones, at channel `first`; false where the scales do not suit this way.
static inline bool requantize_wide(const arete_packed_conv *layer, const int32_t *sums, size_t count, size_t first,
                                   int16_t *output) {
    const arete_requantization *q = &layer->conv.requantization;
    const __mmask8 some = (__mmask8)(count < 8 ? (1u << count) - 1 : 0xFF);
    const __m256i multipliers =
        q->step ? _mm256_maskz_loadu_epi32(some, q->multiplier + first) : _mm256_set1_epi32(q->multiplier[0]);
    const __m256i shifts = q->step ? _mm256_maskz_loadu_epi32(some, q->shift + first) : _mm256_set1_epi32(q->shift[0]);
    const __m256i rights = _mm256_sub_epi32(_mm256_set1_epi32(15), shifts);
    if (_mm256_cmplt_epi32_mask(rights, _mm256_set1_epi32(1)) |
        _mm256_cmpgt_epi32_mask(rights, _mm256_set1_epi32(62))) {
        return false;
    }
    // The multiplier cut to 16 bits, at most 0x7FFF.
    const __m256i rounded = _mm256_srli_epi32(_mm256_add_epi32(multipliers, _mm256_set1_epi32(1 << 15)), 16);
    const __m512i reduced = _mm512_cvtepu32_epi64(_mm256_min_epu32(rounded, _mm256_set1_epi32(0x7FFF)));
    const __m512i right = _mm512_cvtepu32_epi64(rights), one = _mm512_set1_epi64(1);
    __m512i x = _mm512_cvtepi32_epi64(_mm256_maskz_loadu_epi32(some, sums));
    if (layer->wide_bias) {
        x = _mm512_add_epi64(x, _mm512_maskz_loadu_epi64(some, layer->wide_bias + first));
    }
    x = _mm512_add_epi64(_mm512_mullo_epi64(x, reduced), _mm512_sllv_epi64(one, _mm512_sub_epi64(right, one)));
    __m256i results = _mm512_cvtepi64_epi32(_mm512_srav_epi64(x, right));
    results = _mm256_max_epi32(results, _mm256_set1_epi32(q->minimum - q->zero_point));
    results = _mm256_min_epi32(results, _mm256_set1_epi32(q->maximum - q->zero_point));
    results = _mm256_add_epi32(results, _mm256_set1_epi32(q->zero_point));
    _mm256_mask_cvtepi32_storeu_epi16(output, some, results);
    return true;
}

static inline void requantize_sums(const arete_packed_conv *layer, const int32_t *sums, size_t count, size_t first,
                                   void *output) {
    const arete_requantization *q = &layer->conv.requantization;
    if (!layer->wide) {
        arete_requantize_row_avx512(sums, count, first, q, output);
        return;
    }
    const bool fixed = q->rounding != ARETE_ROUND_DOUBLE && q->output == ARETE_INT16;
    for (size_t i = 0; i < count; i += 8) {
        const size_t n = count - i < 8 ? count - i : 8;
        int16_t *target = (int16_t *)output + i;
        if (!fixed || !requantize_wide(layer, sums + i, n, first + i, target)) {
            requantize_words(layer, sums + i, count - i, first + i, target);
            return;
        }
    }
}
