// Vectors of 8 floats of a depthwise convolution. To be included inside the target region.
#pragma once

typedef __m256 vec;

#define LANES 8

static inline vec load_bias(const int32_t *bias) { return _mm256_loadu_ps((const float *)bias); }
static inline vec load_weights(const uint8_t *weights) { return _mm256_loadu_ps((const float *)weights); }
static inline vec load_activations(const uint8_t *activations) { return _mm256_loadu_ps((const float *)activations); }
static inline __m256i first_lanes(size_t count) {
    const __m256i lane = _mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int32_t)(count < 8 ? count : 8)), lane);
}
static inline vec load_some(const uint8_t *activations, size_t count) {
    return _mm256_maskload_ps((const float *)activations, first_lanes(count));
}
static inline vec multiply_add(vec sum, vec x, vec w) { return _mm256_fmadd_ps(x, w, sum); }

// Stores the clamped results of a pixel; a NaN stays one.
__attribute__((always_inline)) static inline void finish_pixel(const arete_packed_conv *layer, const vec *sums,
                                                               const size_t vectors, size_t channel, size_t end,
                                                               uint8_t *output) {
    const __m256 low = _mm256_set1_ps(layer->low), high = _mm256_set1_ps(layer->high);
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) {
        const size_t first = channel + v * LANES;
        const __m256 clamped = _mm256_max_ps(low, _mm256_min_ps(high, sums[v]));
        _mm256_maskstore_ps((float *)(void *)(output + first * sizeof(float)), first_lanes(end - first), clamped);
    }
}
