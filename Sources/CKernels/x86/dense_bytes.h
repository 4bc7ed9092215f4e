// What dense convolutions of bytes have in common, whatever their vectors.
#pragma once
#include "arete_packed_conv.h"
#include "finish.h"

#define DENSE_FINISHES 1
#define DENSE_STORES_SUMS 1
#define DENSE_HAS_EXCESS 1

static inline bool takes_types(const arete_packed_conv *layer) {
    return (layer->input == ARETE_INT8 || layer->input == ARETE_UINT8) &&
           (layer->weights == ARETE_INT8 || layer->weights == ARETE_UINT8);
}

/// Whether tiles turn their sums into bytes themselves. All other results are made of stored sums.
static inline bool finishes_in_registers(const arete_packed_conv *layer) {
    const arete_requantization *q = &layer->conv.requantization;
    return q->rounding == ARETE_ROUND_FLOAT && (q->output == ARETE_INT8 || q->output == ARETE_UINT8);
}

static inline finish_values finish_of(const arete_packed_conv *layer) {
    return finish_values_of(&layer->conv.requantization);
}
