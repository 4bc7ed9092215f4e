// How a 3x3 convolution is computed in Winograd's form F(2x2, 3x3): four results of a channel need 16 products where
// the plain sums need 36. An input tile of 4x4 pixels and the kernel become 16 numbers each, frequencies, by additions
// (the kernel's at load); the frequencies of all channels are multiplied as 16 matrix products; 16 sums give 2x2
// results. Plain C.
#pragma once
#include "winograd_shape.h"
#include <string.h>

/// Bytes of frequencies and sums that a block keeps in the second cache.
enum { WINOGRAD_BLOCK_BYTES = 400 * 1024 };

/// Pitches: floats from frequency to frequency of a block, and from tile to tile of sums.
static inline winograd_plan winograd_plan_of(const arete_packed_conv *layer, const dense_shape *shape) {
    winograd_plan plan = winograd_tiles_of(layer, shape);
    // A frequency more than there are, so that those of a tile do not fall into one set of the cache.
    plan.sums_pitch = (WINOGRAD_FREQUENCIES + 1) * shape->panel_vectors * plan.lanes;
    const size_t tile_bytes = (WINOGRAD_FREQUENCIES * plan.inputs + plan.sums_pitch) * sizeof(float);
    winograd_cut(&plan, tile_bytes, WINOGRAD_BLOCK_BYTES);
    plan.frequency_pitch = (plan.block_tiles * plan.inputs + 31) / 16 * 16;
    return plan;
}

/// Whether the form needs clearly less time than plain sums: multiply-adds of vectors, additions of the transforms, and
/// weights that come from the third cache for every block.
static inline bool winograd_pays(const arete_packed_conv *layer, const winograd_plan *plan) {
    const arete_window *w = &layer->conv.window;
    const size_t products = plan->inputs * plan->vectors;
    const size_t pixels = w->batch * w->output_height * w->output_width;
    const size_t transforms = 6 * plan->inputs * 16 / plan->lanes + 64 * plan->vectors;
    const size_t own = plan->tiles * (WINOGRAD_FREQUENCIES * products + transforms) +
                       plan->blocks * products * WINOGRAD_FREQUENCIES * 2;
    return plan->inputs >= 8 && own + own / 8 < pixels * 9 * products;
}

static inline bool winograd_takes(const arete_packed_conv *layer, const dense_shape *shape) {
    if (!winograd_fits(layer)) {
        return false;
    }
    const winograd_plan plan = winograd_plan_of(layer, shape);
    return winograd_pays(layer, &plan);
}

/// Bias of all vectors of channels, then the panels, frequency by frequency.
static inline size_t winograd_panel_offset(const winograd_plan *plan, size_t panel) {
    const size_t vector = dense_cut(plan->vectors, plan->panels, panel);
    return sizeof(float) * plan->lanes * (plan->vectors + vector * WINOGRAD_FREQUENCIES * plan->inputs);
}

static inline size_t winograd_packed_bytes(const winograd_plan *plan) {
    return winograd_panel_offset(plan, plan->panels);
}

/// The frequencies of three weights.
static inline void winograd_spread(const double weights[3], double frequencies[4]) {
    frequencies[0] = weights[0];
    frequencies[1] = (weights[0] + weights[1] + weights[2]) / 2;
    frequencies[2] = (weights[0] - weights[1] + weights[2]) / 2;
    frequencies[3] = weights[2];
}

/// The frequencies of the 3x3 weights of one channel pair, `pitch` floats apart, rounded once.
static inline void winograd_frequencies(const float *weights, size_t pitch, float frequencies[WINOGRAD_FREQUENCIES]) {
    double rows[3][4], columns[4][4];
    for (size_t y = 0; y < 3; y++) {
        const double row[3] = {weights[3 * y * pitch], weights[(3 * y + 1) * pitch], weights[(3 * y + 2) * pitch]};
        winograd_spread(row, rows[y]);
    }
    for (size_t x = 0; x < 4; x++) {
        winograd_spread((const double[3]){rows[0][x], rows[1][x], rows[2][x]}, columns[x]);
    }
    for (size_t f = 0; f < WINOGRAD_FREQUENCIES; f++) {
        frequencies[f] = (float)columns[f % 4][f / 4];
    }
}

static inline void winograd_pack(const winograd_plan *plan, const float *weights, const float *bias, void *packed) {
    memset(packed, 0, winograd_packed_bytes(plan));
    if (bias) {
        memcpy(packed, bias, plan->outputs * sizeof(float));
    }
    for (size_t panel = 0; panel < plan->panels; panel++) {
        const size_t first = dense_cut(plan->vectors, plan->panels, panel) * plan->lanes;
        const size_t width = dense_cut(plan->vectors, plan->panels, panel + 1) * plan->lanes - first;
        const size_t count = dense_least(width, plan->outputs - first);
        float *target = (float *)(void *)((uint8_t *)packed + winograd_panel_offset(plan, panel));
        for (size_t input = 0; input < plan->inputs; input++) {
            for (size_t column = 0; column < count; column++) {
                float frequencies[WINOGRAD_FREQUENCIES];
                winograd_frequencies(weights + (first + column) * 9 * plan->inputs + input, plan->inputs, frequencies);
                for (size_t f = 0; f < WINOGRAD_FREQUENCIES; f++) {
                    target[(f * plan->inputs + input) * width + column] = frequencies[f];
                }
            }
        }
    }
}
