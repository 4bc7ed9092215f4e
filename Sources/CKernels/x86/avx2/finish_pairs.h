// How vectors of 8 sums of two pixels become bytes. To be included inside the target region, after vector256.h.
#pragma once

// Stores `count` bytes of each row, `stride` apart, of up to 8 sums. All scales are below 1, so that every product fits
// an integer; the packing saturates.
__attribute__((always_inline)) static inline void finish_pairs(const vec *sums, const size_t rows, const float *scale,
                                                               const finish_vectors *f, size_t count, uint8_t *output,
                                                               size_t stride) {
    const __m256 scales = _mm256_loadu_ps(scale);
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r += 2, output += 2 * stride) {
        __m256i integers[2];
#pragma clang loop unroll(full)
        for (size_t i = 0; i < 2 && r + i < rows; i++) {
            integers[i] = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_cvtepi32_ps(sums[r + i]), scales));
        }
        const bool both = r + 1 < rows;
        const __m256i words = _mm256_adds_epi16(_mm256_packs_epi32(integers[0], integers[both ? 1 : 0]), f->zero);
        // Four channels of both rows in each half.
        const __m128i halves = _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
        __m128i bytes = _mm_shuffle_epi32(halves, 0xD8);
        if (f->clamps) {
            bytes = _mm_min_epu8(_mm_max_epu8(bytes, f->low), f->top);
        }
        bytes = _mm_xor_si128(bytes, f->flip);
        if (count >= 8) {
            _mm_storel_epi64((__m128i *)(void *)output, bytes);
            if (both) {
                _mm_storeh_pd((double *)(void *)(output + stride), _mm_castsi128_pd(bytes));
            }
        } else {
            store_part(output, bytes, count);
            if (both) {
                store_part(output + stride, _mm_unpackhi_epi64(bytes, bytes), count);
            }
        }
    }
}
