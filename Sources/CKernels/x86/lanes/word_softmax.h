// Softmax of rows of words by 16-bit tables: the bits of the portable kernel.
#pragma once
#include "../../scalar/table16.h"
#include "arete_quantized_softmax.h"
#include "requantize.h"
#include "word_table.h"

// The greatest of `count` words, of which the last vector may lack some.
LANES_INLINE int16_t word_row_maximum(const int16_t *row, size_t count) {
    int16_t lanes[LANE_BYTES / 2], most = INT16_MIN;
    size_t i = 0;
    bytes greatest = (bytes)words_of(INT16_MIN);
    for (; 2 * (i + LANE_BYTES / 2) <= 2 * count; i += LANE_BYTES / 2) {
        greatest = words_maximum(greatest, bytes_load(row + i));
    }
    bytes_store(lanes, greatest);
    for (; i < count; i++) most = row[i] > most ? row[i] : most;
    for (size_t l = 0; l < LANE_BYTES / 2; l++) most = lanes[l] > most ? lanes[l] : most;
    return most;
}

/// Factor of a row's exponentials whose sum is given, and the bits to shift their products by.
static inline int32_t word_softmax_factor(const arete_quantized_softmax *s, int32_t sum, int32_t *right) {
    const int32_t headroom = sum == 0 ? 32 : __builtin_clz((uint32_t)sum);
    const int32_t normalized =
        headroom < 1 || headroom > 31 ? 0 : (int32_t)((((int64_t)sum << (headroom - 1)) + (1 << 13)) >> 14);
    const int32_t centred = normalized - ((1 << 15) + (1 << 16));
    *right = arete_clamp(31 - headroom, 1, 31);
    return arete_table16_value(s->tables.words.reciprocal, (int16_t)arete_clamp(centred, INT16_MIN, INT16_MAX));
}

LANES_INLINE void word_softmax_row(const arete_quantized_softmax *s, const word_table *exponential,
                                   const int16_t *input, size_t depth, int16_t *output) {
    enum { WORDS = LANE_BYTES / 2 };
    const fixed_factors factors = fixed_factors_of(ints_of(s->multiplier), ints_of(s->shift));
    const ints maximum = ints_of(word_row_maximum(input, depth)), none = ints_of(0), ones = words_of(1);
    const ints least = ints_of(-65535), offset = ints_of(32767);
    ints sums = none, wide[2];
    for (size_t i = 0; i < depth; i += WORDS) {
        const size_t count = depth - i < WORDS ? depth - i : WORDS;
        const ints words = (ints)bytes_load_some(input + i, 2 * count);
        words_paired(words, words, wide);
        for (int k = 0; k < 2; k++) {
            const ints scaled = multiplied_fixed(ints_shifted_down(wide[k], 16) - maximum, factors);
            wide[k] = ints_minimum(ints_maximum(scaled, least), none) + offset;
        }
        ints results = word_table_look(exponential, ints_packed(wide[0], wide[1]));
        bytes_store_some(output + i, (bytes)results, 2 * count);
        if (count < WORDS) results = (ints)bytes_load_some(output + i, 2 * count);
        sums = words_dot_added(sums, results, ones);
    }
    int32_t lanes[LANES], right;
    uint32_t sum = 0;
    ints_store(lanes, sums);
    for (size_t l = 0; l < LANES; l++) sum += (uint32_t)lanes[l];
    const ints factor = ints_of(word_softmax_factor(s, (int32_t)sum, &right));
    const ints before = ints_of(right - 1), one = ints_of(1), most = ints_of(INT16_MAX);
    for (size_t i = 0; i < depth; i += WORDS) {
        const size_t count = depth - i < WORDS ? depth - i : WORDS;
        const ints words = (ints)bytes_load_some(output + i, 2 * count);
        words_paired(words, words, wide);
        for (int k = 0; k < 2; k++) {
            // Half of the last bit is added after the other bits are gone, so that nothing overflows.
            const ints product = ints_multiplied(ints_shifted_down(wide[k], 16), factor);
            const ints rounded = ints_shifted_down(ints_down(product, before) + one, 1);
            wide[k] = ints_minimum(ints_maximum(rounded, none), most);
        }
        bytes_store_some(output + i, (bytes)ints_packed(wide[0], wide[1]), 2 * count);
    }
}
