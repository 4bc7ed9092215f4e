// 3x3 convolutions of bytes in Winograd's form, with 256-bit products of words.
#include "../dense_plan.h"
#include "../finish.h"
#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define PANEL_VECTORS 2
#include "../vector256.h"
#include "finish_pairs.h"

// 12 sums, two vectors of weights, a pair of words and a product fit 16 registers.
#define ROWS(VECTORS) ((VECTORS) == 2 ? 6 : 12)
#define DENSE_TILES TILES_12(1) TILES_6(2)
#define DENSE_FINISHES 0
#define DENSE_STORES_SUMS 1
#define DENSE_HAS_EXCESS 0
#define DENSE_HAS_HALVES 0
#define DENSE_TAIL 0
#define DENSE_TOGETHER(VECTORS) 12
#define DENSE(NAME) arete_avx2_winograd_##NAME

typedef __m256i activation_vec;

static inline __m256i load_weights(const int8_t *weights) {
    return _mm256_loadu_si256((const __m256i *)(const void *)weights);
}

static inline activation_vec broadcast(const uint8_t *activations) {
    int32_t pair;
    memcpy(&pair, activations, sizeof pair);
    return _mm256_set1_epi32(pair);
}

static inline vec dot(vec sum, activation_vec a, __m256i b) { return _mm256_add_epi32(sum, _mm256_madd_epi16(a, b)); }

#include "../dense_tile.h"

static const dense_shape DENSE(shape) = {
    .lanes = LANES, .panel_vectors = PANEL_VECTORS, .most_rows = {ROWS(1), ROWS(2)}};

#include "../winograd_bytes.h"
#pragma clang attribute pop

#endif
