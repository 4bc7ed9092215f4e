// Vectors of 16 sums of a depthwise convolution of 16-bit activations. To be included inside the target region.
#pragma once
#include "words512.h"

static inline vec load_weights(const uint8_t *weights) { return _mm512_loadu_si512(weights); }

static inline vec load_activations(const uint8_t *activations) {
    return _mm512_cvtepi16_epi32(_mm256_loadu_si256((const __m256i *)(const void *)activations));
}

static inline vec load_some(const uint8_t *activations, size_t count) {
    const __mmask16 some = (__mmask16)(count < 16 ? (1u << count) - 1 : 0xFFFF);
    return _mm512_cvtepi16_epi32(_mm256_maskz_loadu_epi16(some, activations));
}

static inline vec multiply_add(vec sum, vec x, vec w) { return _mm512_add_epi32(sum, _mm512_mullo_epi32(x, w)); }

// Requantizes and stores the sums of a pixel.
__attribute__((always_inline)) static inline void finish_pixel(const arete_packed_conv *layer, const vec *sums,
                                                               const size_t vectors, size_t channel, size_t end,
                                                               uint8_t *output) {
    int32_t stored[2 * LANES];
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) {
        store_sums(stored + v * LANES, sums[v]);
    }
    const size_t count = end - channel < vectors * LANES ? end - channel : vectors * LANES;
    requantize_sums(layer, stored, count, channel, output + channel * result_bytes(layer));
}
