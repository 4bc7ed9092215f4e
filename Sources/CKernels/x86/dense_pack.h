// Weights of a dense convolution in the order of its tiles. Plain C; the packed bytes depend on the shape of the tiles
// only.
#pragma once
#include "dense_plan.h"
#include <string.h>

/// What precedes the weights of a panel: bias, scale and excess of each channel, four bytes each.
enum { DENSE_CONSTANT_BYTES = 12 };

/// Where the flags of the panels end and the panels begin.
static inline size_t dense_flag_bytes(const dense_plan *plan) {
    return dense_parts(plan->panels * plan->groups, 64) * 64;
}

static inline size_t dense_vector_bytes(const dense_plan *plan) {
    return plan->lanes * (DENSE_CONSTANT_BYTES + 4 * plan->segments * plan->steps);
}

static inline size_t dense_packed_size(const dense_plan *plan) {
    return dense_flag_bytes(plan) + plan->groups * plan->vectors * dense_vector_bytes(plan);
}

/// Where panel `panel` of group `group` begins.
static inline size_t dense_panel_offset(const dense_plan *plan, size_t group, size_t panel) {
    const size_t vector = group * plan->vectors + dense_cut(plan->vectors, plan->panels, panel);
    return dense_flag_bytes(plan) + vector * dense_vector_bytes(plan);
}

/// Weights less their zero point that do not fit 8 signed bits are stored less an excess, which is the same for all
/// weights of the channel: what is missing is the excess times the sum of the activations.
static inline int32_t dense_excess(int32_t least, int32_t greatest) {
    return greatest > INT8_MAX ? greatest - INT8_MAX : least < INT8_MIN ? least - INT8_MIN : 0;
}

/// Packs channel `channel` of the layer into column `column` of a panel with `width` columns; whether it has an excess.
static inline bool dense_pack_channel(const arete_packed_conv *layer, const dense_plan *plan, const uint8_t *weights,
                                      const int32_t *bias, size_t channel, size_t column, size_t width,
                                      uint8_t *panel) {
    const arete_conv *conv = &layer->conv;
    const size_t depth = plan->segments * plan->run;
    const uint8_t *source = weights + channel * depth;
    const uint8_t flip = layer->weights == ARETE_UINT8 ? 0x80 : 0;
    const int32_t zero =
        (conv->weight_zero_points ? conv->weight_zero_points[channel * conv->weight_zero_point_step] : 0) -
        (flip ? 128 : 0);
    int32_t least = 0, greatest = 0, sum = 0;
    for (size_t k = 0; k < depth; k++) {
        const int32_t value = (int8_t)(source[k] ^ flip);
        least = value < least || k == 0 ? value : least;
        greatest = value > greatest || k == 0 ? value : greatest;
        sum += value;
    }
    const int32_t excess = dense_excess(least - zero, greatest - zero);
    const uint32_t total = (uint32_t)sum - (uint32_t)depth * (uint32_t)zero;
    const int32_t activation_zero = conv->input_zero_point + (layer->input == ARETE_INT8 ? 128 : 0);
    const uint32_t start = bias ? (uint32_t)bias[channel] : 0;
    int32_t *constants = (int32_t *)panel;
    constants[column] = (int32_t)(start - (uint32_t)activation_zero * total);
    const arete_requantization *q = &conv->requantization;
    if (q->output != ARETE_INT32 && q->rounding == ARETE_ROUND_FLOAT) {
        ((float *)panel)[width + column] = q->scale[q->step ? channel : 0];
    }
    constants[2 * width + column] = excess;
    uint8_t *target = panel + DENSE_CONSTANT_BYTES * width + 4 * column;
    const uint8_t less = (uint8_t)(zero + excess);
    for (size_t segment = 0; segment < plan->segments; segment++, source += plan->run) {
        for (size_t k = 0; k < plan->run; k += 4, target += 4 * width) {
            const size_t count = plan->run - k < 4 ? plan->run - k : 4;
            for (size_t i = 0; i < count; i++) {
                target[i] = (uint8_t)((source[k + i] ^ flip) - less);
            }
        }
    }
    return excess != 0;
}

static inline void dense_pack_all(const arete_packed_conv *layer, const dense_plan *plan, const void *weights,
                                  const int32_t *bias, void *packed) {
    memset(packed, 0, dense_packed_size(plan));
    uint8_t *flags = packed;
    for (size_t group = 0; group < plan->groups; group++) {
        for (size_t panel = 0; panel < plan->panels; panel++) {
            const size_t first = dense_cut(plan->vectors, plan->panels, panel) * plan->lanes;
            const size_t width = dense_panel_vectors(plan, panel) * plan->lanes;
            const size_t count = dense_least(width, plan->outputs - first);
            uint8_t *target = (uint8_t *)packed + dense_panel_offset(plan, group, panel);
            for (size_t column = 0; column < count; column++) {
                const size_t channel = group * plan->outputs + first + column;
                flags[group * plan->panels + panel] |=
                    dense_pack_channel(layer, plan, weights, bias, channel, column, width, target);
            }
        }
    }
}
