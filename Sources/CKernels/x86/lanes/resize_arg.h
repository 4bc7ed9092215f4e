// Extremal channels of enlarged images of bytes: neighbouring pixels of a row are the lanes, channels follow in a loop.
//
// The input's rows are turned to [channel][column] once, as far as they are needed. For each output row two of them are
// mixed, then a lane picks the mixture and its slope at the column where its pixel lies. The value and the channel make
// one key, so that the extremum is a maximum: 8 instructions for LANES channels of pixels, of those channels that can
// be the extremum there.
#pragma once
#include "../../scalar/resize_arg_scratch.h"
#include "resize_arg_candidates.h"
#include <string.h>

enum { RESIZE_ARG_PLACES = 0xFFFF };

typedef struct {
    const arete_quantized_resize *resize;
    const arete_arg_plan *arg;
    int is_signed;
    resize_arg_scratch layout;
    uint8_t *scratch;
    size_t groups;
    size_t cached[2];   // which rows of all images the turned lines hold
    size_t top, bottom; // of which rows the candidates are
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

/// The channels that may be extremal in each vector of pixels between two rows of all images, and in any of them.
LANES_INLINE void resize_arg_candidates(resize_arg_call *r, const uint8_t *input, size_t top, size_t bottom) {
    const arete_quantized_resize *const resize = r->resize;
    const size_t channels = resize->channels, width = resize->input_width, groups = r->groups;
    // Looking for candidates pays where a vector of pixels mixes few columns.
    const int looks = channels >= 8 && groups <= CANDIDATE_GROUPS && resize->output_width / 2 >= resize->input_width;
    if (r->top == top && r->bottom == bottom) return;
    if (!looks && r->top != SIZE_MAX) return;
    r->top = top;
    r->bottom = bottom;
    const int32_t *steps = (const int32_t *)(const void *)(r->scratch + r->layout.steps);
    uint64_t *candidates = (uint64_t *)(void *)(r->scratch + r->layout.candidates);
    uint64_t *any = (uint64_t *)(void *)(r->scratch + r->layout.any);
    const uint8_t flip = (uint8_t)((r->is_signed ? 0x80 : 0) ^ (r->arg->largest ? 0 : 0xFF));
    memset(any, 0, groups * sizeof *any);
    for (size_t x = 0; x < resize->output_width; x += LANES, candidates += groups) {
        const size_t first = (size_t)steps[x], end = first + (size_t)steps[x + LANES - 1] + 2;
        if (looks) {
            candidates_find(input + (top * width + first) * channels, input + (bottom * width + first) * channels,
                            (end < width ? end : width) - first, channels, flip, candidates);
        }
        for (size_t g = 0; g < groups; g++) {
            const size_t left = channels - g * CANDIDATE_GROUP;
            if (!looks) candidates[g] = candidates_all(left < CANDIDATE_GROUP ? left : CANDIDATE_GROUP);
            any[g] |= candidates[g];
        }
    }
}

/// The line that the given row of all images is turned into, as [channel][column], one pixel more behind the last.
LANES_INLINE size_t resize_arg_line(resize_arg_call *r, size_t row, size_t other) {
    for (size_t k = 0; k < 2; k++) {
        if (r->cached[k] == row) return k;
    }
    const size_t k = r->cached[0] == other ? 1 : 0;
    r->cached[k] = row;
    memset(r->scratch + r->layout.turned[k], 0, r->resize->channels);
    return k;
}

/// A channel of a line, turned when it is asked for the first time.
LANES_INLINE const uint8_t *resize_arg_channel(const resize_arg_call *r, const uint8_t *input, size_t k, size_t c) {
    const size_t channels = r->resize->channels, width = r->resize->input_width;
    uint8_t *const line = r->scratch + r->layout.lines[k] + c * r->layout.pitch;
    uint8_t *const turned = r->scratch + r->layout.turned[k] + c;
    if (*turned) return line;
    const uint8_t *source = input + r->cached[k] * width * channels + c;
    for (size_t x = 0; x < width; x++, source += channels) line[x] = *source;
    line[width] = line[width - 1];
    *turned = 1;
    return line;
}

LANES_INLINE void resize_arg_mix(const resize_arg_call *r, size_t c, const uint8_t *top, const uint8_t *bottom,
                                 int32_t weight) {
    const ints near = ints_of(2048 - weight), far = ints_of(weight), half = ints_of(1 << 21);
    const size_t pitch = r->layout.pitch, width = r->resize->input_width;
    int32_t *const start = (int32_t *)(void *)(r->scratch + r->layout.starts) + c * pitch;
    int32_t *const slope = (int32_t *)(void *)(r->scratch + r->layout.slopes) + c * pitch;
    for (size_t x = 0; x <= width; x += LANES) {
        const ints a = ints_load_bytes(top + x, LANES, r->is_signed);
        const ints b = ints_load_bytes(bottom + x, LANES, r->is_signed);
        ints_store(slope + x, ints_multiplied(a, near) + ints_multiplied(b, far));
    }
    for (size_t x = 0; x < width; x += LANES) {
        const ints left = ints_load(slope + x), right = ints_load(slope + x + 1);
        ints_store(start + x, ints_shifted_up(left, 11) + half);
        ints_store(slope + x, right - left);
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
    const uint64_t *candidates =
        (const uint64_t *)(const void *)(r->scratch + r->layout.candidates) + x / LANES * r->groups;
    ints best = ints_of(INT32_MIN);
    for (size_t g = 0; g < r->groups; g++) {
        for (uint64_t left = candidates[g]; left != 0; left &= left - 1) {
            const size_t c = g * CANDIDATE_GROUP + (size_t)__builtin_ctzll(left), at = c * r->layout.pitch + base;
            const ints start = ints_picked(ints_load(starts + at), picks);
            const ints slope = ints_picked(ints_load(slopes + at), picks);
            const ints value = (start + ints_multiplied(slope, weight)) ^ flip;
            const ints place = ints_of(first + step * (int32_t)c);
            best = ints_maximum(best, (ints_shifted_down(value, 6) & upper) | place);
        }
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
    const size_t groups = (resize->channels + CANDIDATE_GROUP - 1) / CANDIDATE_GROUP;
    resize_arg_call r = {
        resize,   arg,     is_signed, resize_arg_scratch_of(resize), scratch, groups, {SIZE_MAX, SIZE_MAX},
        SIZE_MAX, SIZE_MAX};
    if (!resize_arg_columns(&r)) {
        arete_resize_arg(resize, arg, input, output, begin, end, scratch);
        return;
    }
    const size_t bytes = resize->output_width * (arg->wide ? sizeof(int64_t) : sizeof(int32_t));
    for (size_t row = begin; row < end; row++) {
        const arete_resize_place y = arete_resize_place_at(resize->alignment, row % resize->output_height,
                                                           resize->input_height, resize->output_height);
        const size_t image = row / resize->output_height * resize->input_height;
        const size_t above = image + y.first, below = image + y.second;
        resize_arg_candidates(&r, input, above, below);
        const size_t top = resize_arg_line(&r, above, below), bottom = resize_arg_line(&r, below, above);
        const uint64_t *any = (const uint64_t *)(const void *)(scratch + r.layout.any);
        for (size_t g = 0; g < groups; g++) {
            for (uint64_t left = any[g]; left != 0; left &= left - 1) {
                const size_t c = g * CANDIDATE_GROUP + (size_t)__builtin_ctzll(left);
                const uint8_t *from = resize_arg_channel(&r, input, top, c);
                resize_arg_mix(&r, c, from, resize_arg_channel(&r, input, bottom, c), y.weight);
            }
        }
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
