// From sums to bytes, the numbers that all vectors of a layer share.
#pragma once
#include "quantize.h"
#include "requantize.h"

/// Results are computed as unsigned bytes; `flip` makes signed ones of them.
typedef struct {
    int16_t zero; // zero point of the unsigned result
    uint8_t low;  // least unsigned result
    uint8_t flip;
    uint8_t top;          // greatest unsigned result
    const uint8_t *table; // NULL, or 256 results by the byte; vectors may look them up as they finish
} finish_values;

static inline finish_values finish_values_of(const arete_requantization *q) {
    const int32_t shift = q->output == ARETE_INT8 ? 128 : 0;
    return (finish_values){(int16_t)(q->zero_point + shift), (uint8_t)(q->minimum + shift), shift ? 0x80 : 0,
                           (uint8_t)(q->maximum + shift), NULL};
}

/// Whether results are kept to less than what their type holds.
static inline bool finish_clamps(const finish_values *f) { return f->low != 0 || f->top != UINT8_MAX; }

/// The same where all results are the zero point and more, and bytes get it added.
static inline bool finish_clamps_above(const finish_values *f) { return f->low > f->zero || f->top != UINT8_MAX; }
