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
