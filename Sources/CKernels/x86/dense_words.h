// What dense convolutions of 16-bit activations have in common, whatever their vectors.
#pragma once
#include "words.h"

#define DENSE_FINISHES 1
#define DENSE_STORES_SUMS 1
#define DENSE_HAS_EXCESS 0
#define DENSE_WORDS 1

static inline bool takes_types(const arete_packed_conv *layer) {
    return layer->input == ARETE_INT16 && layer->weights == ARETE_INT8;
}

/// The numbers that all channels share where results are floats, rounded.
typedef struct {
    float low, high; // without the zero point
    int32_t zero;
} finish_values;

static inline finish_values finish_of(const arete_packed_conv *layer) {
    const arete_requantization *q = &layer->conv.requantization;
    return (finish_values){(float)(q->minimum - q->zero_point), (float)(q->maximum - q->zero_point), q->zero_point};
}

static inline bool finishes_in_registers(const arete_packed_conv *layer) { return finishes_floats(layer); }
