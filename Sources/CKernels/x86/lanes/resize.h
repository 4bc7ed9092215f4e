// Bilinear resizing of bytes with weights of 11 bits, or of 10 with ties away from zero, on vectors: the bits of the
// portable kernel's fast and fixed arithmetic.
//
// A sum of four products of 8, 11 and 11 bits is exact in 32 bits, in any order. So two rows of the input are mixed
// first, as long as the input's row; then two columns of the mixture, which stay in registers for all the outputs
// between them.
#pragma once
#include "../../scalar/quantized_resize.h"
#include "arete_quantized_resize.h"
#include <string.h>

LANES_INLINE void resize_mix_some(const uint8_t *top, const uint8_t *bottom, ints near, ints far, size_t count,
                                  int is_signed, int32_t *mixed) {
    const ints a = ints_load_bytes(top, count, is_signed), b = ints_load_bytes(bottom, count, is_signed);
    ints_store(mixed, ints_multiplied(a, near) + ints_multiplied(b, far));
}

/// Where a coordinate lies, with a weight of `bits` bits.
LANES_INLINE arete_resize_place resize_place(const arete_quantized_resize *r, size_t at, size_t input, size_t output,
                                             const int bits) {
    if (bits == 11) return arete_resize_place_at(r->alignment, at, input, output);
    arete_resize_place place = arete_resize_fixed_place(r->alignment, at, input, output);
    // The first place says the second: one place twice is that place, whatever its weight.
    if (place.first == place.second) {
        place.second = place.first + 1 < input ? place.first + 1 : place.first;
        place.weight = 0;
    }
    return place;
}

/// Sums of 2 * `bits` fractional bits as integers; with 10 bits ties away from zero, with 11 a half is added already.
LANES_INLINE ints resize_rounded(ints sum, const int bits) {
    if (bits == 11) return ints_shifted_down(sum, 22);
    return ints_signed(ints_shifted_down(ints_magnitude(sum) + ints_of(1 << 19), 20), sum);
}

/// Mixes two rows of `count` bytes into integers of `bits` fractional bits; there is room for a vector behind them.
LANES_INLINE void resize_mix_rows(const uint8_t *top, const uint8_t *bottom, int32_t weight, size_t count,
                                  int is_signed, const int bits, int32_t *mixed) {
    const ints near = ints_of((1 << bits) - weight), far = ints_of(weight);
    size_t at = 0;
    for (; at + LANES <= count; at += LANES) {
        resize_mix_some(top + at, bottom + at, near, far, LANES, is_signed, mixed + at);
    }
    if (at < count) {
        resize_mix_some(top + at, bottom + at, near, far, count - at, is_signed, mixed + at);
    }
}

/// Writes channels of a whole output row: as many as `vectors` hold, of which `count` exist. `mixed` begins at the
/// first of them.
LANES_INLINE void resize_mix_columns(const arete_quantized_resize *r, const arete_resize_place *places,
                                     const int32_t *mixed, const size_t vectors, size_t count, int is_signed,
                                     const int bits, uint8_t *output) {
    const ints half = ints_of(bits == 11 ? 1 << 21 : 0);
    ints start[4], slope[4], results[4];
    size_t cell = SIZE_MAX;
    // All channels of a pixel in one vector: what is stored behind them is overwritten by the next pixel.
    const size_t beyond = count == r->channels ? (LANE_BYTES - 1) / r->channels + 1 : r->output_width;
    const size_t whole = r->output_width > beyond ? r->output_width - beyond : 0;
    for (size_t x = 0; x < r->output_width; x++, output += r->channels) {
        if (places[x].first != cell) {
            cell = places[x].first;
            const int32_t *left = mixed + cell * r->channels, *right = mixed + places[x].second * r->channels;
#pragma clang loop unroll(full)
            for (size_t v = 0; v < vectors; v++) {
                const ints a = ints_load(left + v * LANES);
                start[v] = ints_shifted_up(a, bits) + half;
                slope[v] = ints_load(right + v * LANES) - a;
            }
        }
        const ints weight = ints_of(places[x].weight);
#pragma clang loop unroll(full)
        for (size_t v = 0; v < 4; v++) {
            results[v] = v < vectors ? resize_rounded(start[v] + ints_multiplied(slope[v], weight), bits) : results[0];
        }
        const ints low = ints_packed(results[0], results[1]);
        const ints high = vectors > 2 ? ints_packed(results[2], results[3]) : low;
        const bytes all = words_as_bytes(low, high, is_signed);
        if (x < whole || count == LANE_BYTES) {
            bytes_store(output, all);
        } else {
            bytes_store_some(output, all, count);
        }
    }
}

LANES_INLINE void resize_rows(const arete_quantized_resize *r, const uint8_t *input, uint8_t *output, size_t begin,
                              size_t end, int is_signed, const int bits, uint8_t *scratch) {
    arete_resize_place *places = (arete_resize_place *)(void *)scratch;
    for (size_t x = 0; x < r->output_width; x++) {
        places[x] = resize_place(r, x, r->input_width, r->output_width, bits);
    }
    int32_t *mixed = (int32_t *)(void *)(scratch + (r->output_width * sizeof *places + 63) / 64 * 64);
    const size_t line = r->input_width * r->channels;
    for (size_t row = begin; row < end; row++) {
        const arete_resize_place y = resize_place(r, row % r->output_height, r->input_height, r->output_height, bits);
        const uint8_t *image = input + row / r->output_height * r->input_height * line;
        resize_mix_rows(image + y.first * line, image + y.second * line, y.weight, line, is_signed, bits, mixed);
        memset(mixed + line, 0, LANE_BYTES * sizeof *mixed);
        uint8_t *target = output + row * r->output_width * r->channels;
        for (size_t c = 0; c < r->channels; c += LANE_BYTES) {
            const size_t left = r->channels - c, count = left < LANE_BYTES ? left : LANE_BYTES;
            switch ((count + LANES - 1) / LANES) {
            case 1:
                resize_mix_columns(r, places, mixed + c, 1, count, is_signed, bits, target + c);
                break;
            case 2:
                resize_mix_columns(r, places, mixed + c, 2, count, is_signed, bits, target + c);
                break;
            case 3:
                resize_mix_columns(r, places, mixed + c, 3, count, is_signed, bits, target + c);
                break;
            default:
                resize_mix_columns(r, places, mixed + c, 4, count, is_signed, bits, target + c);
                break;
            }
        }
    }
}

#include "resize_wide.h"

#define RESIZE_BILINEAR(name)                                                                                          \
    static void name(const arete_quantized_resize *r, const void *input, void *output, size_t begin, size_t end,       \
                     void *scratch) {                                                                                  \
        if ((r->arithmetic != ARETE_RESIZE_FIXED && r->type == ARETE_INT16) || r->channels == 0) {                     \
            arete_quantized_resize_bilinear(r, input, output, begin, end, scratch);                                    \
        } else if (r->type == ARETE_INT16) {                                                                           \
            resize_word_rows(r, input, output, begin, end, scratch);                                                   \
        } else if (r->arithmetic == ARETE_RESIZE_FLOAT) {                                                              \
            resize_float_rows(r, input, output, begin, end, r->type == ARETE_INT8, scratch);                           \
        } else if (r->arithmetic == ARETE_RESIZE_FIXED) {                                                              \
            resize_rows(r, input, output, begin, end, r->type == ARETE_INT8, 10, scratch);                             \
        } else if (r->type == ARETE_INT8) {                                                                            \
            resize_rows(r, input, output, begin, end, 1, 11, scratch);                                                 \
        } else {                                                                                                       \
            resize_rows(r, input, output, begin, end, 0, 11, scratch);                                                 \
        }                                                                                                              \
    }
