// What dense convolutions of floats have in common, whatever their vectors.
#pragma once
#include "arete_packed_conv.h"

#define DENSE_FINISHES 1
#define DENSE_STORES_SUMS 0
#define DENSE_HAS_EXCESS 0

static inline bool takes_types(const arete_packed_conv *layer) {
    return layer->input == ARETE_FLOAT32 && layer->weights == ARETE_FLOAT32;
}

typedef struct {
    float low, high;
} finish_values;

static inline finish_values finish_of(const arete_packed_conv *layer) {
    return (finish_values){layer->low, layer->high};
}
