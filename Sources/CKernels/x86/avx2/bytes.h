// Four bytes times four weights without an instruction for it: even and odd bytes widened to 16 bits, exactly. Weights
// are stored as words, so that any byte less any zero point is one.
#pragma once
#include "../bytes256.h"

enum { WEIGHT_BYTES = 2, PIXELS = 1, STRIP_PIXELS = 1 };

typedef struct {
    vec even, odd;
} widened_vec;

typedef widened_vec activation_vec;
typedef widened_vec weight_vec;

static inline activation_vec operand(vec columns) {
    return (activation_vec){_mm256_and_si256(columns, _mm256_set1_epi16(0xFF)), _mm256_srli_epi16(columns, 8)};
}

static inline weight_vec load_weights(const uint8_t *weights) {
    return (weight_vec){_mm256_load_si256((const __m256i *)weights),
                        _mm256_load_si256((const __m256i *)(weights + VECTOR))};
}

static inline vec dot(vec sum, activation_vec a, weight_vec w) {
    return _mm256_add_epi32(_mm256_add_epi32(sum, _mm256_madd_epi16(a.even, w.even)), _mm256_madd_epi16(a.odd, w.odd));
}
