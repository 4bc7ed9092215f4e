// Vectors of 16 floats in 512-bit registers. To be included inside the target region.
#pragma once

typedef __m512 vec;
typedef __m512 activation_vec;
typedef __m512 weight_vec;

#define LANES 16
#define PANEL_VECTORS 4
// 24 accumulators, the weights and one activation fit 32 registers.
#define ROWS(VECTORS) ((VECTORS) == 4 ? 6 : (VECTORS) == 3 ? 8 : 12)
#define DENSE_GOES_ON 0
#define DENSE_TAIL 0
#define DENSE_TOGETHER(VECTORS) 12
#define DENSE_HAS_HALVES 0
#define DENSE_TILES TILES_12(1) TILES_12(2) TILES_8(3) TILES_6(4)

static inline vec load_bias(const int32_t *bias) { return _mm512_loadu_ps(bias); }
static inline weight_vec load_weights(const int8_t *weights) { return _mm512_load_ps(weights); }

static inline activation_vec broadcast(const uint8_t *activations) {
    float value;
    memcpy(&value, activations, sizeof value);
    return _mm512_set1_ps(value);
}

static inline vec dot(vec sum, activation_vec a, weight_vec b) { return _mm512_fmadd_ps(a, b, sum); }

typedef struct {
    __m512 low, high;
} finish_vectors;

static inline finish_vectors load_finish(const finish_values *f) {
    return (finish_vectors){_mm512_set1_ps(f->low), _mm512_set1_ps(f->high)};
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
            const __m512 clamped = _mm512_max_ps(f->low, _mm512_min_ps(f->high, sums[r][v]));
            const size_t left = count - 16 * v;
            if (count >= 16 * (v + 1)) {
                _mm512_storeu_ps(output + 64 * v, clamped);
            } else if (count > 16 * v) {
                _mm512_mask_storeu_ps(output + 64 * v, (__mmask16)((1u << left) - 1), clamped);
            }
        }
    }
}
