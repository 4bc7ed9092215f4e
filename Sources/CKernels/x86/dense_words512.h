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
