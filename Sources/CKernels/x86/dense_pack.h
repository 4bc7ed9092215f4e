// Weights of a dense convolution in the order of its tiles. Plain C; the packed bytes depend on the shape of the tiles
// only.
#pragma once
#include "dense_plan.h"
#include <string.h>

/// What precedes the weights of a panel: bias, scale and excess of each channel, four bytes each.
enum { DENSE_CONSTANT_BYTES = 12 };
/// Columns of the widest panel of any instruction set.
enum { DENSE_MOST_COLUMNS = 64 };

/// What the flag byte of a panel says.
enum {
    DENSE_HAS_EXCESS_FLAG = 1, // some channel has an excess
    DENSE_LARGE_SCALE_FLAG = 2 // some scale is not below 1
};

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

/// Where the weights of group `group` begin.
static inline size_t dense_group_offset(const dense_plan *plan, size_t group) {
    return dense_flag_bytes(plan) + group * plan->vectors * dense_vector_bytes(plan);
}

static inline dense_panel dense_panel_of(const dense_plan *plan, size_t panel) {
    const size_t vector = dense_cut(plan->vectors, plan->panels, panel);
    return (dense_panel){dense_panel_vectors(plan, panel), vector * plan->lanes, vector * dense_vector_bytes(plan)};
}

/// Weights less their zero point that do not fit 8 signed bits are stored less an excess, which is the same for all
/// weights of the channel: what is missing is the excess times the sum of the activations.
static inline int32_t dense_excess(int32_t least, int32_t greatest) {
    return greatest > INT8_MAX ? greatest - INT8_MAX : least < INT8_MIN ? least - INT8_MIN : 0;
}

/// Sum of `count` signed bytes, each with its sign bit flipped by `flip` first.
static inline int32_t dense_sum(const uint8_t *bytes, size_t count, uint8_t flip) {
    int32_t sum = 0;
    for (size_t begin = 0; begin < count; begin += 256) {
        const size_t n = dense_least(256, count - begin);
        int16_t part = 0; // from 256 * -128 to 256 * 127, which just fits
        for (size_t i = 0; i < n; i++) {
            part = (int16_t)(part + (int8_t)(bytes[begin + i] ^ flip));
        }
        sum += part;
    }
    return sum;
}

/// Fills in the constants of channel `channel`, column `column` of a panel with `width` columns, and returns what its
/// weights are stored less of.
static inline uint8_t dense_pack_constants(const arete_packed_conv *layer, const dense_plan *plan,
                                           const uint8_t *weights, const int32_t *bias, size_t channel, size_t column,
                                           size_t width, int32_t *constants) {
    const arete_conv *conv = &layer->conv;
    const size_t depth = plan->segments * plan->run;
    const uint8_t *source = weights + channel * depth;
    const uint8_t flip = layer->weights == ARETE_UINT8 ? 0x80 : 0;
    const int32_t zero =
        (conv->weight_zero_points ? conv->weight_zero_points[channel * conv->weight_zero_point_step] : 0) -
        (flip ? 128 : 0);
    int32_t excess = 0;
    if (zero != 0) {
        int8_t least = INT8_MAX, greatest = INT8_MIN;
        for (size_t k = 0; k < depth; k++) {
            const int8_t value = (int8_t)(source[k] ^ flip);
            least = value < least ? value : least;
            greatest = value > greatest ? value : greatest;
        }
        excess = dense_excess(least - zero, greatest - zero);
    }
    const uint32_t total = (uint32_t)dense_sum(source, depth, flip) - (uint32_t)depth * (uint32_t)zero;
    const int32_t activation_zero = conv->input_zero_point + (layer->input == ARETE_INT8 ? 128 : 0);
    const uint32_t start = bias ? (uint32_t)bias[channel] : 0;
    constants[column] = (int32_t)(start - (uint32_t)activation_zero * total);
    const arete_requantization *q = &conv->requantization;
    const bool floats = q->output != ARETE_INT32 && q->rounding == ARETE_ROUND_FLOAT;
    const float scale = floats ? q->scale[q->step ? channel : 0] : 0;
    memcpy(&constants[width + column], &scale, sizeof scale);
    constants[2 * width + column] = excess;
    return (uint8_t)(zero + excess);
}

/// Four bytes, each less `less`, modulo 256.
static inline uint32_t dense_subtract(uint32_t bytes, uint32_t less) {
    const uint32_t signs = 0x80808080;
    return ((bytes | signs) - (less & ~signs)) ^ ((bytes ^ ~less) & signs);
}

/// Packs the weights of `count` channels from `channel` on into the first columns of a panel of `width`.
static inline void dense_pack_weights(const arete_packed_conv *layer, const dense_plan *plan, const uint8_t *weights,
                                      size_t channel, size_t count, size_t width, const uint8_t *less,
                                      uint8_t *target) {
    const uint32_t flip = layer->weights == ARETE_UINT8 ? 0x80808080 : 0;
    const size_t depth = plan->segments * plan->run;
    // A cache line of each channel at a time, so that what is read and what is written stay in the first cache.
    enum { BLOCK = 64 };
    for (size_t segment = 0; segment < plan->segments; segment++) {
        for (size_t begin = 0; begin < plan->run; begin += BLOCK) {
            const size_t end = dense_least(plan->run, begin + BLOCK);
            for (size_t column = 0; column < count; column++) {
                const uint8_t *source = weights + (channel + column) * depth + segment * plan->run;
                uint8_t *to = target + (begin / 4 * width + column) * 4;
                const uint32_t subtracted = less[column] * 0x01010101u;
                size_t k = begin;
                for (; k + 4 <= end; k += 4, to += 4 * width) {
                    uint32_t four;
                    memcpy(&four, source + k, sizeof four);
                    four = dense_subtract(four ^ flip, subtracted);
                    memcpy(to, &four, sizeof four);
                }
                for (size_t i = 0; i < 4 && k < end; i++) {
                    to[i] = k + i < end ? (uint8_t)((source[k + i] ^ (uint8_t)flip) - less[column]) : 0;
                }
            }
        }
        target += 4 * width * plan->steps;
    }
}

/// Packs 8-bit weights of 16-bit activations, widened: pairs of them where bytes have groups of four.
static inline void dense_pack_words(const dense_plan *plan, const int8_t *weights, size_t channel, size_t count,
                                    size_t width, int16_t *target) {
    const size_t run = plan->run / sizeof(int16_t), depth = plan->segments * run;
    for (size_t segment = 0; segment < plan->segments; segment++) {
        for (size_t column = 0; column < count; column++) {
            const int8_t *source = weights + (channel + column) * depth + segment * run;
            for (size_t k = 0; k < run; k++) {
                target[(k / 2 * width + column) * 2 + k % 2] = source[k];
            }
            if (run % 2 != 0) {
                target[(run / 2 * width + column) * 2 + 1] = 0;
            }
        }
        target += 2 * width * plan->steps;
    }
}

/// The same of a layer of words, which has no excess.
static inline void dense_pack_word_constants(const arete_packed_conv *layer, const dense_plan *plan,
                                             const uint8_t *weights, const int32_t *bias, size_t channel, size_t column,
                                             size_t width, int32_t *constants) {
    const arete_requantization *q = &layer->conv.requantization;
    const size_t depth = plan->segments * plan->run / sizeof(int16_t);
    const uint32_t zero = (uint32_t)layer->conv.input_zero_point;
    const uint32_t total = zero != 0 ? (uint32_t)dense_sum(weights + channel * depth, depth, 0) : 0;
    constants[column] = (int32_t)((bias ? (uint32_t)bias[channel] : 0) - zero * total);
    const bool floats = q->output == ARETE_INT16 && q->rounding == ARETE_ROUND_FLOAT && !layer->wide;
    const float scale = floats ? q->scale[q->step ? channel : 0] : 0;
    memcpy(&constants[width + column], &scale, sizeof scale);
    constants[2 * width + column] = 0;
}

static inline void dense_pack_all(const arete_packed_conv *layer, const dense_plan *plan, const void *weights,
                                  const void *bias, void *packed) {
    memset(packed, 0, dense_flag_bytes(plan));
    uint8_t *flags = packed;
    for (size_t group = 0; group < plan->groups; group++) {
        for (size_t panel = 0; panel < plan->panels; panel++) {
            const dense_panel part = dense_panel_of(plan, panel);
            const size_t width = part.vectors * plan->lanes;
            const size_t count = dense_least(width, plan->outputs - part.first);
            const size_t channel = group * plan->outputs + part.first;
            uint8_t *target = (uint8_t *)packed + dense_group_offset(plan, group) + part.offset;
            if (count < width) {
                memset(target, 0, part.vectors * dense_vector_bytes(plan));
            }
            int32_t *constants = (int32_t *)target;
            uint8_t less[DENSE_MOST_COLUMNS] = {0};
            for (size_t column = 0; column < count; column++) {
                if (layer->input == ARETE_INT16) {
                    dense_pack_word_constants(layer, plan, weights, bias, channel + column, column, width, constants);
                    continue;
                }
                if (layer->input == ARETE_FLOAT32) {
                    // Sums start at the bias; no bias is 0.
                    constants[column] = bias ? ((const int32_t *)bias)[channel + column] : 0;
                    constants[2 * width + column] = 0;
                    continue;
                }
                less[column] =
                    dense_pack_constants(layer, plan, weights, bias, channel + column, column, width, constants);
                float scale;
                memcpy(&scale, &constants[width + column], sizeof scale);
                flags[group * plan->panels + panel] |=
                    (uint8_t)((constants[2 * width + column] != 0 ? DENSE_HAS_EXCESS_FLAG : 0) |
                              (scale < 1 ? 0 : DENSE_LARGE_SCALE_FLAG));
            }
            uint8_t *matrix = target + DENSE_CONSTANT_BYTES * width;
            if (layer->input == ARETE_INT16) {
                dense_pack_words(plan, weights, channel, count, width, (int16_t *)matrix);
            } else {
                dense_pack_weights(layer, plan, weights, channel, count, width, less, matrix);
            }
        }
    }
}
