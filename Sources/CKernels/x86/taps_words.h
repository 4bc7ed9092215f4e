// What depthwise convolutions of 16-bit activations have in common, whatever their vectors.
#pragma once
#include "words.h"
#include <string.h>

#define ELEMENT 2

static inline bool takes_types(const arete_packed_conv *layer) {
    return layer->input == ARETE_INT16 && layer->weights == ARETE_INT8;
}

static inline size_t result_bytes(const arete_packed_conv *layer) {
    return layer->conv.requantization.output == ARETE_INT32 ? 4 : 2;
}

static inline void pack_tap(const void *weights, size_t first, size_t count, uint8_t *target) {
    int32_t *wide = (int32_t *)(void *)target;
    for (size_t i = 0; i < count; i++) {
        wide[i] = ((const int8_t *)weights)[first + i];
    }
}
