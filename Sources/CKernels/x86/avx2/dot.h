// The byte dot product without an instruction for it: bytes widened to 16 bits, even and odd ones apart. Exact, where
// the shorter way over `vpmaddubsw` would saturate.
#pragma once
#include "../vector256.h"

typedef struct {
    __m256i even, odd;
} widened_vec;

typedef widened_vec activation_vec;
typedef widened_vec weight_vec;

// 8 accumulators and two halves of each operand fit 16 registers.
#define ROWS(VECTORS) ((VECTORS) == 2 ? 4 : 8)
#define DENSE_GOES_ON 0
#define DENSE_TAIL 0
#define DENSE_TOGETHER(VECTORS) 12
#define DENSE_HAS_HALVES 0
#define DENSE_TILES TILES_8(1) TILES_4(2)

static inline weight_vec load_weights(const int8_t *weights) {
    const __m256i bytes = _mm256_load_si256((const __m256i *)weights);
    return (weight_vec){_mm256_srai_epi16(_mm256_slli_epi16(bytes, 8), 8), _mm256_srai_epi16(bytes, 8)};
}

static inline activation_vec broadcast(const uint8_t *activations) {
    int32_t four;
    memcpy(&four, activations, sizeof four);
    const __m256i bytes = _mm256_set1_epi32(four);
    return (activation_vec){_mm256_and_si256(bytes, _mm256_set1_epi16(0xFF)), _mm256_srli_epi16(bytes, 8)};
}

static inline vec dot(vec sum, activation_vec a, weight_vec b) {
    return _mm256_add_epi32(sum, _mm256_add_epi32(_mm256_madd_epi16(a.even, b.even), _mm256_madd_epi16(a.odd, b.odd)));
}
