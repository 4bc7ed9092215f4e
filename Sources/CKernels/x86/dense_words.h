// What dense convolutions of 16-bit activations have in common, whatever their vectors.
#pragma once
#include "words.h"

#define DENSE_FINISHES 0
#define DENSE_STORES_SUMS 1
#define DENSE_HAS_EXCESS 0

static inline bool takes_types(const arete_packed_conv *layer) {
    return layer->input == ARETE_INT16 && layer->weights == ARETE_INT8;
}

typedef void finish_values;
