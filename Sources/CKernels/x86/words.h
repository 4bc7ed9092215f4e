// What convolutions of 16-bit activations have in common, whatever their vectors.
#pragma once
#include "arete_packed_conv.h"
#include "requantize.h"
#include <string.h>

/// Sums of some pixels, rows of `pitch` sums from channel `first` on; their results go to `output`, `stride` bytes a
/// pixel.
typedef struct {
    const int32_t *sums;
    size_t pitch, rows, count, first;
    uint8_t *output;
    size_t stride;
} word_sums;

typedef void (*requantize_row_function)(const int32_t *restrict sums, size_t count, size_t first,
                                        const arete_requantization *restrict requantization, void *restrict output);

/// Requantizes row by row, 64-bit sums where the layer asks for them.
static inline void requantize_each(const arete_packed_conv *layer, const word_sums *s, requantize_row_function narrow) {
    enum { CHUNK = 64 };
    const arete_requantization *q = &layer->conv.requantization;
    const size_t element = q->output == ARETE_INT32 ? 4 : 2;
    for (size_t r = 0; r < s->rows; r++) {
        const int32_t *sums = s->sums + r * s->pitch;
        uint8_t *output = s->output + r * s->stride;
        if (!layer->wide) {
            narrow(sums, s->count, s->first, q, output);
            continue;
        }
        int64_t wide[CHUNK];
        for (size_t begin = 0; begin < s->count; begin += CHUNK) {
            const size_t n = s->count - begin < CHUNK ? s->count - begin : CHUNK;
            for (size_t i = 0; i < n; i++) {
                wide[i] = sums[begin + i] + (layer->wide_bias ? layer->wide_bias[s->first + begin + i] : 0);
            }
            arete_requantize_row_s64(wide, n, s->first + begin, q, output + begin * element);
        }
    }
}

/// Whether results are 16-bit integers of floats.
static inline bool finishes_floats(const arete_packed_conv *layer) {
    const arete_requantization *q = &layer->conv.requantization;
    return !layer->wide && q->rounding == ARETE_ROUND_FLOAT && q->output == ARETE_INT16;
}

/// Factors of the first of the sums' channels, and offsets.
static inline const double *wide_factors(const arete_packed_conv *layer, const word_sums *s, const double **offsets) {
    *offsets = layer->wide_finish + s->first + arete_wide_finish_count(layer->conv.window.output_channels) / 2;
    return layer->wide_finish + s->first;
}
