// Products of pairs of 16-bit numbers in 256-bit registers. To be included inside the target region.
#pragma once
#include "words256.h"

#define PANEL_VECTORS 2
// 12 accumulators, the weights, one activation and one product fit 16 registers.
#define ROWS(VECTORS) ((VECTORS) == 2 ? 6 : 12)
#define DENSE_GOES_ON 0
#define DENSE_TAIL 0
#define DENSE_TOGETHER(VECTORS) 12
#define DENSE_HAS_HALVES 0
#define DENSE_TILES TILES_12(1) TILES_6(2)

static inline weight_vec load_weights(const int8_t *weights) { return _mm256_load_si256((const __m256i *)weights); }

static inline activation_vec broadcast(const uint8_t *activations) {
    int32_t pair;
    memcpy(&pair, activations, sizeof pair);
    return _mm256_set1_epi32(pair);
}

static inline vec dot(vec sum, activation_vec a, weight_vec b) {
    return _mm256_add_epi32(sum, _mm256_madd_epi16(a, b));
}

typedef struct {
    __m256 low, high;
    __m256i zero;
} finish_vectors;

static inline finish_vectors load_finish(const finish_values *f) {
    return (finish_vectors){_mm256_set1_ps(f->low), _mm256_set1_ps(f->high), _mm256_set1_epi32(f->zero)};
}

static inline __m256i scaled(vec sums, const float *scale, const finish_vectors *f) {
    const __m256 x = _mm256_mul_ps(_mm256_cvtepi32_ps(sums), _mm256_loadu_ps(scale));
    return _mm256_add_epi32(_mm256_cvtps_epi32(_mm256_min_ps(_mm256_max_ps(x, f->low), f->high)), f->zero);
}

// Stores `count` results of each row, `stride` bytes apart.
__attribute__((always_inline)) static inline void finish_rows(vec sums[12][4], size_t rows, size_t vectors,
                                                              const float *scale, const finish_vectors *f, size_t count,
                                                              uint8_t *output, size_t stride) {
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++, output += stride) {
        const __m256i front = scaled(sums[r][0], scale, f);
        const __m256i back = vectors == 1 ? front : scaled(sums[r][vectors - 1], scale + LANES, f);
        const __m256i words = _mm256_permute4x64_epi64(_mm256_packs_epi32(front, back), 0xD8);
        if (count >= 2 * LANES) {
            _mm256_storeu_si256((__m256i *)(void *)output, words);
        } else if (count >= LANES) {
            store_words(output, _mm256_castsi256_si128(words), LANES);
            store_words(output + 2 * LANES, _mm256_extracti128_si256(words, 1), count - LANES);
        } else {
            store_words(output, _mm256_castsi256_si128(words), count);
        }
    }
}
