// Vectors of 16 floats of a depthwise convolution. To be included inside the target region.
#pragma once

typedef __m512 vec;

#define LANES 16

static inline vec load_bias(const int32_t *bias) { return _mm512_loadu_ps(bias); }
static inline vec load_weights(const uint8_t *weights) { return _mm512_loadu_ps(weights); }
static inline vec load_activations(const uint8_t *activations) { return _mm512_loadu_ps(activations); }
static inline __mmask16 first_lanes(size_t count) { return (__mmask16)(count < 16 ? (1u << count) - 1 : 0xFFFF); }
static inline vec load_some(const uint8_t *activations, size_t count) {
    return _mm512_maskz_loadu_ps(first_lanes(count), activations);
}
static inline vec multiply_add(vec sum, vec x, vec w) { return _mm512_fmadd_ps(x, w, sum); }

// Stores the clamped results of a pixel; a NaN stays one.
__attribute__((always_inline)) static inline void finish_pixel(const arete_packed_conv *layer, const vec *sums,
                                                               const size_t vectors, size_t channel, size_t end,
                                                               uint8_t *output) {
    const __m512 low = _mm512_set1_ps(layer->low), high = _mm512_set1_ps(layer->high);
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) {
        const size_t first = channel + v * LANES;
        const __m512 clamped = _mm512_max_ps(low, _mm512_min_ps(high, sums[v]));
        _mm512_mask_storeu_ps(output + first * sizeof(float), first_lanes(end - first), clamped);
    }
}
