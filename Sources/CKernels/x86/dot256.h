// The 256-bit byte dot product of AVX-VNNI and of AVX-512 VL, which differ in the encoding: DOT names the intrinsic.
#pragma once
#include "vector256.h"

typedef __m256i activation_vec;
typedef __m256i weight_vec;

// 12 accumulators, the weights and one activation fit 16 registers.
#define ROWS(VECTORS) ((VECTORS) == 2 ? 6 : 12)
#define DENSE_GOES_ON 0
#define DENSE_TAIL 0
#define DENSE_TOGETHER(VECTORS) 12
#define DENSE_HAS_HALVES 0
#define DENSE_TILES TILES_12(1) TILES_6(2)

static inline weight_vec load_weights(const int8_t *weights) { return _mm256_load_si256((const __m256i *)weights); }

static inline activation_vec broadcast(const uint8_t *activations) {
    int32_t four;
    memcpy(&four, activations, sizeof four);
    return _mm256_set1_epi32(four);
}

static inline vec dot(vec sum, activation_vec a, weight_vec b) { return DOT(sum, a, b); }
