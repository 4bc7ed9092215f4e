// Vectors of 8 floats in 256-bit registers. To be included inside the target region.
#pragma once

typedef __m256 vec;
typedef __m256 activation_vec;
typedef __m256 weight_vec;

#define LANES 8
#define PANEL_VECTORS 2
// 12 accumulators, the weights and one activation fit 16 registers.
#define ROWS(VECTORS) ((VECTORS) == 2 ? 6 : 12)
#define DENSE_GOES_ON 0
#define DENSE_TAIL 0
#define DENSE_TOGETHER(VECTORS) 12
#define DENSE_HAS_HALVES 0
#define DENSE_TILES TILES_12(1) TILES_6(2)

static inline vec load_bias(const int32_t *bias) { return _mm256_loadu_ps((const float *)bias); }
static inline weight_vec load_weights(const int8_t *weights) { return _mm256_load_ps((const float *)weights); }

static inline activation_vec broadcast(const uint8_t *activations) {
    float value;
    memcpy(&value, activations, sizeof value);
    return _mm256_set1_ps(value);
}

static inline vec dot(vec sum, activation_vec a, weight_vec b) { return _mm256_fmadd_ps(a, b, sum); }

typedef struct {
    __m256 low, high;
} finish_vectors;

static inline finish_vectors load_finish(const finish_values *f) {
    return (finish_vectors){_mm256_set1_ps(f->low), _mm256_set1_ps(f->high)};
}

// Stores `count` clamped results of each row, `stride` bytes apart; a NaN stays one.
__attribute__((always_inline)) static inline void finish_rows(vec sums[12][4], size_t rows, size_t vectors,
                                                              const float *scale, const finish_vectors *f, size_t count,
                                                              uint8_t *output, size_t stride) {
    (void)scale;
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++, output += stride) {
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) {
            const __m256 clamped = _mm256_max_ps(f->low, _mm256_min_ps(f->high, sums[r][v]));
            if (count >= 8 * (v + 1)) {
                _mm256_storeu_ps((float *)(output + 32 * v), clamped);
            } else if (count > 8 * v) {
                const __m256i lane = _mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0);
                const __m256i mask = _mm256_cmpgt_epi32(_mm256_set1_epi32((int32_t)(count - 8 * v)), lane);
                _mm256_maskstore_ps((float *)(output + 32 * v), mask, clamped);
            }
        }
    }
}
