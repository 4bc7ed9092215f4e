// Results of layers of 16-bit activations from vectors of their sums: the bits of the portable kernels.
#pragma once
#include "../words.h"

/// The numbers that all channels share where vectors finish sums: scaled in single precision, or in fixed point.
typedef struct {
    bool is_fixed;
    int32_t zero, minimum, maximum;
} finish_values;

static inline finish_values finish_of(const arete_packed_conv *layer) {
    const arete_requantization *q = &layer->conv.requantization;
    return (finish_values){layer->wide, q->zero_point, q->minimum, q->maximum};
}

/// The numbers of finish_values in all lanes.
typedef struct {
    int is_fixed;
    ints zero;
    bytes least, greatest; // words
} finish_vectors;

LANES_INLINE finish_vectors load_finish(const finish_values *f) {
    return (finish_vectors){f->is_fixed, ints_of(f->zero), (bytes)words_of((int16_t)f->minimum),
                            (bytes)words_of((int16_t)f->maximum)};
}

/// What turns a vector of sums into results.
typedef struct {
    floats scale;
    ints low, high, shift, offset; // the multiplier for the lower and the upper halves of sums
} word_scales;

LANES_INLINE word_scales word_scales_at(const int32_t *scales, const int32_t *offsets, int is_fixed) {
    const ints scale = ints_load(scales);
    if (!is_fixed) {
        return (word_scales){.scale = (floats)scale};
    }
    return (word_scales){
        .low = scale & ints_of(0xFFFF), .high = scale << 16, .shift = scale >> 16, .offset = ints_load(offsets)};
}

/// Results that are not clamped yet. In fixed point the lower 16 bits of a product can be dropped before it is rounded:
/// its half is a multiple of 2^16.
LANES_INLINE ints word_results(ints sums, const word_scales *scales, const finish_vectors *f, int is_fixed) {
    if (!is_fixed) {
        return floats_rounded(floats_from(sums) * scales->scale) + f->zero;
    }
    const ints low = words_high_unsigned(sums, scales->low) + scales->offset;
    return ints_down(words_dot_added(low, sums, scales->high), scales->shift);
}
