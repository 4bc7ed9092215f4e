// Vectors of 8 channels for tiles that multiply bytes in chains.
#pragma once
#define PANEL_VECTORS 1
#include "../vector256.h"
#include "finish_pairs.h"

typedef __m256i activation_vec;

// 11 sums, three links, ones and a product fit 16 registers.
#define ROWS(VECTORS) 11
#define DENSE_CHAINS 1
#define DENSE_GOES_ON 0
#define DENSE_HAS_HALVES 0
#define DENSE_TILES TILES_8(1) TILE(9, 1) TILE(10, 1) TILE(11, 1)

static inline vec load_weights(const int8_t *weights) { return _mm256_load_si256((const __m256i *)weights); }

static inline activation_vec broadcast(const uint8_t *activations) {
    int32_t four;
    memcpy(&four, activations, sizeof four);
    return _mm256_set1_epi32(four);
}
