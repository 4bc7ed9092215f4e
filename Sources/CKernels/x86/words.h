// What layers of 16-bit activations have in common, whatever their vectors: the numbers of channels with which vectors
// finish sums, and rows of sums that they do not finish.
#pragma once
#include "arete_packed_conv.h"
#include "requantize.h"
#include <string.h>

/// Whether vectors finish the sums of channels whose numbers word_constants_of finds.
static inline bool words_finish(const arete_packed_conv *layer) {
    const arete_requantization *q = &layer->conv.requantization;
    const bool is_fixed = q->rounding == ARETE_ROUND_FIXED || q->rounding == ARETE_ROUND_FIXED_UP;
    return q->output == ARETE_INT16 &&
           (layer->wide ? is_fixed && q->zero_point == 0 : q->rounding == ARETE_ROUND_FLOAT);
}

/// What a channel's sums start from, and what turns them into results: a scale's bits, or in fixed point a multiplier
/// of 15 bits with a shift above it, and what is added to the upper part of the product before it is shifted.
typedef struct {
    int32_t bias, scale, offset;
} word_constants;

/// The numbers of a channel whose weights sum up to `total`, and their magnitudes to `greatest`; false where vectors do
/// not finish its sums. A 64-bit bias is part of them where vectors do: what is below 2^16 of the sums, the rest of the
/// product.
static inline bool word_constants_of(const arete_packed_conv *layer, const int32_t *bias, size_t channel, int32_t total,
                                     int32_t greatest, word_constants *constants) {
    const arete_requantization *q = &layer->conv.requantization;
    const uint32_t start = bias ? (uint32_t)bias[channel] : 0;
    *constants = (word_constants){(int32_t)(start - (uint32_t)layer->conv.input_zero_point * (uint32_t)total), 0, 0};
    if (!words_finish(layer)) {
        return false;
    }
    const size_t at = q->step ? channel : 0;
    if (!layer->wide) {
        const float scale = q->scale[at];
        memcpy(&constants->scale, &scale, sizeof scale);
        return scale < 0.5f; // products and the zero point fit an integer
    }
    // The multiplier and the shift of arete_multiply_fixed_s64, the latter less 16.
    const int64_t wide = layer->wide_bias ? layer->wide_bias[channel] : 0, most = INT64_C(1) << 31;
    const int32_t multiplier = q->multiplier[at] < 0x7FFF0000 ? (q->multiplier[at] + (1 << 15)) >> 16 : 0x7FFF;
    const int32_t shift = -1 - q->shift[at];
    constants->scale = 1 << 16; // of a channel whose results are all 0
    if (multiplier == 0) {
        return true;
    }
    if (multiplier < 0 || shift < 1 || shift > 46 || wide <= -2 * most || wide >= 2 * most) {
        return false;
    }
    const int64_t sums = (int64_t)greatest * 32768, product = (sums + (wide < 0 ? -wide : wide)) * multiplier;
    if (shift > 30) {
        return product < INT64_C(1) << (15 + shift);
    }
    const int64_t upper = (wide + (1 << 15)) >> 16, half = INT64_C(1) << (shift - 1);
    constants->bias = (int32_t)(wide - upper * (1 << 16));
    constants->scale = multiplier | shift << 16;
    constants->offset = (int32_t)(upper * multiplier + half);
    return sums < most - (1 << 15) && (product >> 16) + half < most - (1 << 16);
}

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
