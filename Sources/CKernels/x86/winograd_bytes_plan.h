// How a 3x3 convolution of bytes is computed in Winograd's form F(2x2, 3x3), exactly: with twice the kernel's usual
// frequencies along each axis all numbers are integers of 16 bits, and sums of four times the results. For instruction
// sets without a byte dot product, whose products of words are not much dearer than those of bytes. Plain C.
#pragma once
#include "winograd_shape.h"
#include <string.h>

/// Bytes of frequencies that a block keeps in the second cache.
enum { WINOGRAD_BLOCK_BYTES = 256 * 1024 };
/// Inputs are transformed so many at once. Frequencies of that many of 8 bits, 2,295 at most, times those of
/// activations, 1,020 at most, and four times the results fit 32 bits.
enum { WINOGRAD_CHANNELS = 16, WINOGRAD_MOST_INPUTS = 512 };

/// Pitches: words and sums from frequency to frequency of a block.
static inline winograd_plan winograd_plan_of(const arete_packed_conv *layer, const dense_shape *shape) {
    winograd_plan plan = winograd_tiles_of(layer, shape);
    winograd_cut(&plan, WINOGRAD_FREQUENCIES * plan.inputs * sizeof(int16_t), WINOGRAD_BLOCK_BYTES);
    // Odd numbers of lines, so that the frequencies of a tile do not fall into one set of the cache.
    plan.frequency_pitch = (plan.block_tiles * plan.inputs / 32 | 1) * 32 + 64;
    plan.sums_pitch = (plan.block_tiles | 1) * shape->panel_vectors * plan.lanes;
    return plan;
}

/// Whether the form needs clearly less time than plain sums: vectors of products, additions of the transforms, and
/// weights that come from the third cache for every block.
static inline bool winograd_pays(const arete_packed_conv *layer, const winograd_plan *plan) {
    const arete_window *w = &layer->conv.window;
    const size_t products = plan->inputs * plan->vectors;
    const size_t pixels = w->batch * w->output_height * w->output_width;
    const size_t transforms = 4 * plan->inputs + 64 * plan->vectors;
    const size_t own = plan->tiles * (WINOGRAD_FREQUENCIES * products + transforms) +
                       plan->blocks * products * WINOGRAD_FREQUENCIES * 8;
    return plan->inputs >= 2 * WINOGRAD_CHANNELS && own < pixels * 7 * products;
}

static inline bool winograd_takes(const arete_packed_conv *layer, const dense_shape *shape) {
    const size_t inputs = layer->conv.window.input_channels;
    if (!winograd_fits(layer) || inputs % WINOGRAD_CHANNELS != 0 || inputs > WINOGRAD_MOST_INPUTS) {
        return false;
    }
    const winograd_plan plan = winograd_plan_of(layer, shape);
    return winograd_pays(layer, &plan);
}

/// Packed weights begin with whether vectors finish the sums, bias and scale of all channels; the panels follow,
/// frequency by frequency.
enum { WINOGRAD_FLAG_BYTES = 64 };

static inline size_t winograd_panel_offset(const winograd_plan *plan, size_t panel) {
    const size_t vector = dense_cut(plan->vectors, plan->panels, panel);
    const size_t constants = WINOGRAD_FLAG_BYTES + 2 * sizeof(int32_t) * plan->lanes * plan->vectors;
    return dense_parts(constants, 64) * 64 +
           sizeof(int16_t) * plan->lanes * vector * WINOGRAD_FREQUENCIES * plan->inputs;
}

static inline size_t winograd_packed_bytes(const winograd_plan *plan) {
    return winograd_panel_offset(plan, plan->panels);
}
