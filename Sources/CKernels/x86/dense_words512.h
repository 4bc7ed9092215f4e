// Products of pairs of 16-bit numbers in 512-bit registers. To be included inside the target region.
#pragma once
#include "words512.h"

#define PANEL_VECTORS 4
// 24 accumulators, the weights and one activation fit 32 registers.
#define ROWS(VECTORS) ((VECTORS) == 4 ? 6 : (VECTORS) == 3 ? 8 : 12)
#define DENSE_GOES_ON 0
#define DENSE_TAIL 0
#define DENSE_TOGETHER(VECTORS) 12
#define DENSE_HAS_HALVES 0
#define DENSE_TILES TILES_12(1) TILES_12(2) TILES_8(3) TILES_6(4)

static inline weight_vec load_weights(const int8_t *weights) { return _mm512_load_si512(weights); }

static inline activation_vec broadcast(const uint8_t *activations) {
    int32_t pair;
    memcpy(&pair, activations, sizeof pair);
    return _mm512_set1_epi32(pair);
}

static inline vec dot(vec sum, activation_vec a, weight_vec b) { return _mm512_dpwssd_epi32(sum, a, b); }

typedef struct {
    __m512 low, high;
    __m512i zero;
} finish_vectors;

static inline finish_vectors load_finish(const finish_values *f) {
    return (finish_vectors){_mm512_set1_ps(f->low), _mm512_set1_ps(f->high), _mm512_set1_epi32(f->zero)};
}

static inline __m512i scaled(vec sums, const float *scale, const finish_vectors *f) {
    const __m512 x = _mm512_mul_ps(_mm512_cvtepi32_ps(sums), _mm512_loadu_ps(scale));
    return _mm512_add_epi32(_mm512_cvtps_epi32(_mm512_min_ps(_mm512_max_ps(x, f->low), f->high)), f->zero);
}

// Stores `count` results of each row, `stride` bytes apart, two vectors at a time.
__attribute__((always_inline)) static inline void finish_rows(vec sums[12][4], size_t rows, size_t vectors,
                                                              const float *scale, const finish_vectors *f, size_t count,
                                                              uint8_t *output, size_t stride) {
    const __m512i order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++, output += stride) {
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v += 2) {
            const __m512i front = scaled(sums[r][v], scale + LANES * v, f);
            const size_t left = count - LANES * v;
            if (v + 1 == vectors) {
                store_words(output + 2 * LANES * v, _mm512_cvtepi32_epi16(front), left);
                continue;
            }
            const __m512i back = scaled(sums[r][v + 1], scale + LANES * (v + 1), f);
            const __m512i words = _mm512_permutexvar_epi64(order, _mm512_packs_epi32(front, back));
            if (left >= 2 * LANES) {
                _mm512_storeu_si512(output + 2 * LANES * v, words);
            } else {
                _mm512_mask_storeu_epi16(output + 2 * LANES * v, (__mmask32)((UINT32_C(1) << left) - 1), words);
            }
        }
    }
}
