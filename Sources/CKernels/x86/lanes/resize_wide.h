// Bilinear resizing of words in fixed point, and of bytes with weights in single precision, on vectors: the bits of the
// portable kernel. Rows are mixed first, as in resize.h; channels of a pixel are the lanes.
#pragma once
#include "../../scalar/quantized_resize.h"
#include "arete_quantized_resize.h"
#include <string.h>

/// Mixtures of two rows of words of `count` elements: up to 27 bits.
LANES_INLINE void resize_mix_words(const int16_t *top, const int16_t *bottom, int32_t weight, size_t count,
                                   int32_t *mixed) {
    const ints near = ints_of(1024 - weight), far = ints_of(weight);
    for (size_t at = 0; at < count; at += LANES) {
        const ints a = ints_load_words(top + at, count - at, 1), b = ints_load_words(bottom + at, count - at, 1);
        ints_store(mixed + at, ints_multiplied(a, near) + ints_multiplied(b, far));
    }
}

/// A vector of results: sums of 38 bits are exact in double precision.
LANES_INLINE ints resize_words(const int32_t *left, const int32_t *right, int32_t weight) {
    const doubles near = doubles_of((1024 - weight) * 0x1p-20), far = doubles_of(weight * 0x1p-20);
    const ints a = ints_load(left), b = ints_load(right);
    return doubles_rounded(doubles_from_low(a) * near + doubles_from_low(b) * far,
                           doubles_from_high(a) * near + doubles_from_high(b) * far);
}

LANES_INLINE void resize_word_rows(const arete_quantized_resize *r, const int16_t *input, int16_t *output, size_t begin,
                                   size_t end, uint8_t *scratch) {
    arete_resize_place *places = (arete_resize_place *)(void *)scratch;
    for (size_t x = 0; x < r->output_width; x++) {
        places[x] = arete_resize_fixed_place(r->alignment, x, r->input_width, r->output_width);
    }
    int32_t *mixed = (int32_t *)(void *)(scratch + (r->output_width * sizeof *places + 63) / 64 * 64);
    const size_t channels = r->channels, line = r->input_width * channels;
    for (size_t row = begin; row < end; row++) {
        const arete_resize_place y =
            arete_resize_fixed_place(r->alignment, row % r->output_height, r->input_height, r->output_height);
        const int16_t *image = input + row / r->output_height * r->input_height * line;
        resize_mix_words(image + y.first * line, image + y.second * line, y.weight, line, mixed);
        memset(mixed + line, 0, 2 * LANE_BYTES);
        int16_t *target = output + row * r->output_width * channels;
        for (size_t x = 0; x < r->output_width; x++, target += channels) {
            const int32_t *left = mixed + places[x].first * channels, *right = mixed + places[x].second * channels;
            for (size_t c = 0; c < channels; c += 2 * LANES) {
                const ints first = resize_words(left + c, right + c, places[x].weight);
                const ints second =
                    channels - c > LANES ? resize_words(left + c + LANES, right + c + LANES, places[x].weight) : first;
                bytes_store_some(target + c, ints_as_words(first, second, 1), 2 * (channels - c));
            }
        }
    }
}

/// Products of a row of `count` bytes with a weight.
LANES_INLINE void resize_weigh(const uint8_t *row, float weight, size_t count, int is_signed, float *products) {
    for (size_t at = 0; at < count; at += LANES) {
        const floats values = floats_from(ints_load_bytes(row + at, count - at, is_signed));
        floats_store(products + at, values * floats_of(weight));
    }
}

/// A vector of results from products of both rows at both places.
LANES_INLINE ints resize_weighed(const float *top, const float *bottom, size_t first, size_t second, floats near,
                                 floats far) {
    const floats left = floats_load(top + first) * near + floats_load(bottom + first) * near;
    const floats sum = left + floats_load(top + second) * far + floats_load(bottom + second) * far;
    return floats_truncated(sum + floats_of(0.5f));
}

LANES_INLINE float resize_weight(const arete_resize_place *place) {
    float weight;
    memcpy(&weight, &place->weight, sizeof weight);
    return weight;
}

LANES_INLINE void resize_float_rows(const arete_quantized_resize *r, const uint8_t *input, uint8_t *output,
                                    size_t begin, size_t end, int is_signed, uint8_t *scratch) {
    arete_resize_place *places = (arete_resize_place *)(void *)scratch;
    for (size_t x = 0; x < r->output_width; x++) {
        places[x] = arete_resize_float_place(r->alignment, x, r->input_width, r->output_width);
    }
    const size_t channels = r->channels, line = r->input_width * channels;
    float *top = (float *)(void *)(scratch + (r->output_width * sizeof *places + 63) / 64 * 64);
    float *bottom = top + line + 64;
    for (size_t row = begin; row < end; row++) {
        const arete_resize_place y =
            arete_resize_float_place(r->alignment, row % r->output_height, r->input_height, r->output_height);
        const uint8_t *image = input + row / r->output_height * r->input_height * line;
        resize_weigh(image + y.first * line, 1 - resize_weight(&y), line, is_signed, top);
        resize_weigh(image + y.second * line, resize_weight(&y), line, is_signed, bottom);
        memset(top + line, 0, 64 * sizeof *top);
        memset(bottom + line, 0, 64 * sizeof *bottom);
        uint8_t *target = output + row * r->output_width * channels;
        for (size_t x = 0; x < r->output_width; x++, target += channels) {
            const floats far = floats_of(resize_weight(&places[x])), near = floats_of(1 - resize_weight(&places[x]));
            const size_t first = places[x].first * channels, second = places[x].second * channels;
            for (size_t c = 0; c < channels; c += 4 * LANES) {
                ints results[4];
                for (size_t v = 0; v < 4; v++) {
                    const size_t at = c + v * LANES;
                    results[v] =
                        at < channels ? resize_weighed(top, bottom, first + at, second + at, near, far) : results[0];
                }
                const bytes block =
                    words_as_bytes(ints_packed(results[0], results[1]), ints_packed(results[2], results[3]), is_signed);
                bytes_store_some(target + c, block, channels - c);
            }
        }
    }
}
