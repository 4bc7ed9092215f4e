// What dense convolutions of bytes have in common, whatever their vectors.
#pragma once
#include "arete_packed_conv.h"
#include "finish.h"
#include "lookup.h"

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

/// A table is offered where two permutations of bytes look it up, but not to rectified results, whose finish is
/// shorter.
static inline finish_values finish_of(const arete_packed_conv *layer) {
    const arete_requantization *q = &layer->conv.requantization;
    finish_values values = finish_values_of(q);
    if (layer->apply_table == arete_table_apply_vbmi && !requantization_is_rectified(q)) {
        values.table = layer->table;
    }
    return values;
}
