// Vectors of floats of a depthwise convolution. To be included inside the target region, after a header of lanes/.
#pragma once
#include "arete_packed_conv.h"

#define ELEMENT 4

typedef floats vec;

static inline bool takes_types(const arete_packed_conv *layer) {
    return layer->input == ARETE_FLOAT32 && layer->weights == ARETE_FLOAT32;
}

static inline size_t result_bytes(const arete_packed_conv *layer) {
    (void)layer;
    return sizeof(float);
}

static inline void pack_tap(const void *weights, size_t first, size_t count, uint8_t *target) {
    memcpy(target, (const float *)weights + first, count * sizeof(float));
}

LANES_INLINE vec load_bias(const int32_t *bias) { return floats_load((const float *)bias); }
LANES_INLINE vec load_weights(const uint8_t *weights) { return floats_load((const float *)(const void *)weights); }
LANES_INLINE vec load_activations(const uint8_t *activations) {
    return floats_load((const float *)(const void *)activations);
}
LANES_INLINE vec load_some(const uint8_t *activations, size_t count) {
    return floats_load_some((const float *)(const void *)activations, count);
}
LANES_INLINE vec multiply_add(vec sum, vec x, vec w) { return floats_fused(x, w, sum); }

// Stores the clamped results of a pixel; a NaN stays one.
LANES_INLINE void finish_pixel(const arete_packed_conv *layer, const vec *sums, const size_t vectors, size_t channel,
                               size_t end, uint8_t *output) {
    const floats low = floats_of(layer->low), high = floats_of(layer->high);
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) {
        const size_t first = channel + v * LANES;
        const floats clamped = floats_maximum(low, floats_minimum(high, sums[v]));
        float *target = (float *)(void *)output + first;
        floats_store_some(target, clamped, end - first);
    }
}
