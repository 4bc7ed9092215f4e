// What convolutions of 16-bit activations have in common, whatever their vectors.
#pragma once
#include "arete_packed_conv.h"
#include "requantize.h"
#include <string.h>

/// Requantizes sums as 64-bit ones.
static inline void requantize_words(const arete_packed_conv *layer, const int32_t *sums, size_t count, size_t first,
                                    void *output) {
    enum { CHUNK = 64 };
    int64_t wide[CHUNK];
    const size_t element = layer->conv.requantization.output == ARETE_INT32 ? 4 : 2;
    for (size_t begin = 0; begin < count; begin += CHUNK) {
        const size_t n = count - begin < CHUNK ? count - begin : CHUNK;
        for (size_t i = 0; i < n; i++) {
            wide[i] = sums[begin + i] + (layer->wide_bias ? layer->wide_bias[first + begin + i] : 0);
        }
        arete_requantize_row_s64(wide, n, first + begin, &layer->conv.requantization,
                                 (uint8_t *)output + begin * element);
    }
}
