// Extremal channels of enlarged images of bytes: neighbouring pixels of a row are the lanes, channels follow in a loop.
//
// The input's rows are turned to [channel][column] once. For each output row two of them are mixed, then a lane picks
// the mixture and its slope at the column where its pixel lies. The value and the channel make one key, so that the
// extremum is a maximum: 8 instructions for LANES channels of pixels.
#pragma once
#include "../../scalar/resize_arg_scratch.h"
#include <string.h>

enum { RESIZE_ARG_PLACES = 0xFFFF };

typedef struct {
    const arete_quantized_resize *resize;
    const arete_arg_plan *arg;
    int is_signed;
    resize_arg_scratch layout;
    uint8_t *scratch;
    size_t cached[2]; // which rows of all images the turned lines hold
} resize_arg_call;

/// Prepares the columns. False where the pixels of a vector lie further apart than its lanes.
LANES_INLINE int resize_arg_columns(const resize_arg_call *r) {
    int32_t *steps = (int32_t *)(void *)(r->scratch + r->layout.steps);
    int32_t *weights = (int32_t *)(void *)(r->scratch + r->layout.weights);
    const size_t input = r->resize->input_width, output = r->resize->output_width;
    const size_t all = (output + LANES - 1) / LANES * LANES;
    size_t base = 0;
    for (size_t x = 0; x < all; x++) {
        const size_t pixel = x < output ? x : output - 1;
        const arete_resize_place place = arete_resize_place_at(r->resize->alignment, pixel, input, output);
        if (x % LANES == 0) base = place.first;
        if (place.first < base || place.first - base >= LANES) return 0;
        // The first lane of a vector tells where the vector begins.
        steps[x] = (int32_t)(x % LANES == 0 ? base : place.first - base);
        weights[x] = place.weight;
    }
    return 1;
}

/// The given row of all images as [channel][column], one pixel more behind the last.
LANES_INLINE const uint8_t *resize_arg_line(resize_arg_call *r, const uint8_t *input, size_t row, size_t other) {
    const size_t channels = r->resize->channels, width = r->resize->input_width, pitch = r->layout.pitch;
    for (size_t k = 0; k < 2; k++) {
        if (r->cached[k] == row) return r->scratch + r->layout.lines[k];
    }
    const size_t slot = r->cached[0] == other ? 1 : 0;
    uint8_t *line = r->scratch + r->layout.lines[slot];
    const uint8_t *source = input + row * width * channels;
    for (size_t x = 0; x < width; x++, source += channels) {
        for (size_t c = 0; c < channels; c++) line[c * pitch + x] = source[c];
    }
    for (size_t c = 0; c < channels; c++) line[c * pitch + width] = line[c * pitch + width - 1];
    r->cached[slot] = row;
    return line;
}

LANES_INLINE void resize_arg_mix(const resize_arg_call *r, const uint8_t *top, const uint8_t *bottom, int32_t weight) {
    int32_t *starts = (int32_t *)(void *)(r->scratch + r->layout.starts);
    int32_t *slopes = (int32_t *)(void *)(r->scratch + r->layout.slopes);
    const ints near = ints_of(2048 - weight), far = ints_of(weight), half = ints_of(1 << 21);
    const size_t pitch = r->layout.pitch, width = r->resize->input_width;
    for (size_t c = 0; c < r->resize->channels; c++) {
        int32_t *start = starts + c * pitch, *slope = slopes + c * pitch;
        for (size_t x = 0; x <= width; x += LANES) {
            const ints a = ints_load_bytes(top + c * pitch + x, LANES, r->is_signed);
            const ints b = ints_load_bytes(bottom + c * pitch + x, LANES, r->is_signed);
            ints_store(slope + x, ints_multiplied(a, near) + ints_multiplied(b, far));
        }
        for (size_t x = 0; x < width; x += LANES) {
            const ints left = ints_load(slope + x), right = ints_load(slope + x + 1);
            ints_store(start + x, ints_shifted_up(left, 11) + half);
            ints_store(slope + x, right - left);
        }
    }
}

/// The places for a vector of pixels.
LANES_INLINE ints resize_arg_vector(const resize_arg_call *r, size_t x) {
    const int32_t *starts = (const int32_t *)(const void *)(r->scratch + r->layout.starts);
    const int32_t *slopes = (const int32_t *)(const void *)(r->scratch + r->layout.slopes);
    const int32_t *steps = (const int32_t *)(const void *)(r->scratch + r->layout.steps) + x;
    const ints weight = ints_load((const int32_t *)(const void *)(r->scratch + r->layout.weights) + x);
    const size_t base = (size_t)steps[0];
    ints picks = ints_load(steps);
    picks[0] = 0;
    // Of equal values the first channel has the greatest key, or the last; the least value has the greatest complement.
    const int32_t first = r->arg->select_last ? 0 : RESIZE_ARG_PLACES, step = r->arg->select_last ? 1 : -1;
    const ints flip = ints_of(r->arg->largest ? 0 : -1), upper = ints_of(~RESIZE_ARG_PLACES);
    ints best = ints_of(INT32_MIN), place = ints_of(first);
    starts += base;
    slopes += base;
    for (size_t c = 0; c < r->resize->channels; c++, starts += r->layout.pitch, slopes += r->layout.pitch) {
        const ints start = ints_picked(ints_load(starts), picks), slope = ints_picked(ints_load(slopes), picks);
        const ints value = (start + ints_multiplied(slope, weight)) ^ flip;
        best = ints_maximum(best, (ints_shifted_down(value, 6) & upper) | place);
        place += ints_of(step);
    }
    const ints key = best & ints_of(RESIZE_ARG_PLACES);
    return r->arg->select_last ? key : ints_of(RESIZE_ARG_PLACES) - key;
}

LANES_INLINE void resize_arg_row(const resize_arg_call *r, void *output) {
    const size_t width = r->resize->output_width;
    for (size_t x = 0; x < width; x += LANES) {
        const size_t left = width - x, count = left < LANES ? left : LANES;
        const ints places = resize_arg_vector(r, x);
        if (!r->arg->wide) {
            ints_store_some((int32_t *)output + x, places, count);
            continue;
        }
        int64_t *target = (int64_t *)output + x, whole[LANES];
        for (size_t l = 0; l < LANES; l++) whole[l] = places[l];
        memcpy(target, whole, count * sizeof *whole);
    }
}

LANES_INLINE void resize_arg_rows(const arete_quantized_resize *resize, const arete_arg_plan *arg, const uint8_t *input,
                                  uint8_t *output, size_t begin, size_t end, uint8_t *scratch, int is_signed) {
    resize_arg_call r = {resize, arg, is_signed, resize_arg_scratch_of(resize), scratch, {SIZE_MAX, SIZE_MAX}};
    if (!resize_arg_columns(&r)) {
        arete_resize_arg(resize, arg, input, output, begin, end, scratch);
        return;
    }
    const size_t bytes = resize->output_width * (arg->wide ? sizeof(int64_t) : sizeof(int32_t));
    for (size_t row = begin; row < end; row++) {
        const arete_resize_place y = arete_resize_place_at(resize->alignment, row % resize->output_height,
                                                           resize->input_height, resize->output_height);
        const size_t image = row / resize->output_height * resize->input_height;
        const uint8_t *top = resize_arg_line(&r, input, image + y.first, image + y.second);
        const uint8_t *bottom = resize_arg_line(&r, input, image + y.second, image + y.first);
        resize_arg_mix(&r, top, bottom, y.weight);
        resize_arg_row(&r, output + row * bytes);
    }
}

#define RESIZE_ARG(name)                                                                                               \
    static void name(const arete_quantized_resize *resize, const arete_arg_plan *arg, const void *input, void *output, \
                     size_t begin, size_t end, void *scratch) {                                                        \
        if (resize->type == ARETE_INT8) {                                                                              \
            resize_arg_rows(resize, arg, input, output, begin, end, scratch, 1);                                       \
        } else {                                                                                                       \
            resize_arg_rows(resize, arg, input, output, begin, end, scratch, 0);                                       \
        }                                                                                                              \
    }
