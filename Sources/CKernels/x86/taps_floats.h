// What depthwise convolutions of floats have in common, whatever their vectors.
#pragma once
#include "arete_packed_conv.h"
#include <string.h>

#define ELEMENT 4

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
