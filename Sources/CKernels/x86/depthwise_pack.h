// Weights of a depthwise convolution in the order of its vectors. Plain C.
#pragma once
#include "depthwise_plan.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

// The packed bytes: the plan; how many parts the weights of each block have; then each block's bias, scales, lifts and
// weights [part][group][row of the pair][vector][lane][tap of the group].

static inline size_t depthwise_blocks_offset(const depthwise_plan *plan) {
    return depthwise_padded(sizeof *plan) + depthwise_padded(plan->blocks);
}

static inline uint8_t *depthwise_block_parts(uint8_t *packed) {
    return packed + depthwise_padded(sizeof(depthwise_plan));
}

static inline size_t depthwise_packed_size(const depthwise_plan *plan) {
    return depthwise_blocks_offset(plan) + plan->blocks * plan->block_bytes;
}

/// One column of a block: a channel, and where its sums lie. Bytes are interleaved within 128 bits, so four vectors
/// of sums hold four neighbouring channels each from every 16.
typedef struct {
    const arete_packed_conv *layer;
    const depthwise_plan *plan;
    const uint8_t *weights; // of the channel
    int32_t zero;
    uint8_t *target; // weights of the block
    size_t vector, lane, lanes;
} depthwise_column;

/// Where a tap of an output row lies among the taps of both rows.
static inline size_t depthwise_tap_place(const arete_window *w, const depthwise_plan *plan, size_t row, size_t tap) {
    if (plan->direct) {
        return tap % w->kernel_width * 4 + tap / w->kernel_width + (w->stride_height == 1 ? row : 0);
    }
    return tap + row * plan->row_taps * w->kernel_width;
}

/// Packs the weights of two output rows; their sum, the sum of their magnitudes, and how many parts they have.
static inline size_t depthwise_pack_column(const depthwise_column *c, size_t weight_bytes, int32_t *sum,
                                           double *magnitude) {
    const arete_window *w = &c->layer->conv.window;
    size_t needed = 1;
    for (size_t row = 0; row < 2; row++) {
        for (size_t tap = 0; tap < w->kernel_height * w->kernel_width; tap++) {
            const uint8_t byte = c->weights[tap * w->output_channels];
            int32_t rest = (c->layer->weights == ARETE_INT8 ? (int8_t)byte : byte) - c->zero;
            if (row == 0) {
                *sum += rest;
                *magnitude += abs(rest);
            }
            const size_t place = depthwise_tap_place(w, c->plan, row, tap);
            const size_t group = place / 4, at = place % 4;
            const size_t column = ((group * 2 + row) * 4 + c->vector) * c->lanes + c->lane;
            if (weight_bytes == 2) {
                // Even taps of all lanes, then odd ones.
                const size_t lane = 2 * column - c->lane + at % 2 * c->lanes;
                ((int16_t *)c->target)[lane * 2 + at / 2] = (int16_t)rest;
                continue;
            }
            for (size_t part = 0; rest != 0; part++) {
                const int32_t share = arete_clamp(rest, INT8_MIN, INT8_MAX);
                ((int8_t *)c->target)[part * c->plan->part_bytes + column * 4 + at] = (int8_t)share;
                rest -= share;
                needed = part + 1 > needed ? part + 1 : needed;
            }
        }
    }
    return needed;
}

/// Makes all sums start at the bits of 2^23.
static inline void depthwise_lift(const depthwise_plan *plan, size_t vector, uint8_t *packed) {
    for (size_t index = 0; index < plan->blocks; index++) {
        int32_t *bias = (int32_t *)(packed + depthwise_blocks_offset(plan) + index * plan->block_bytes);
        const size_t sums = depthwise_block_vector(plan->channels - index * vector, vector);
        for (size_t i = 0; i < sums; i++) {
            bias[i] += DEPTHWISE_LIFT;
        }
    }
}

static inline void depthwise_pack_all(const arete_packed_conv *layer, depthwise_plan plan, size_t vector,
                                      size_t weight_bytes, const uint8_t *weights, const int32_t *bias,
                                      uint8_t *packed) {
    const arete_requantization *q = &layer->conv.requantization;
    const bool finishes = depthwise_finishes(q);
    memset(packed, 0, depthwise_packed_size(&plan));
    plan.fits = finishes;
    // Sums below zero may be wrong if they end as zero.
    plan.lifted = plan.direct && q->zero_point == arete_type_minimum(q->output);
    for (size_t at = 0; at < plan.period; at++) {
        const size_t channel = at % plan.channels;
        uint8_t *block = packed + depthwise_blocks_offset(&plan) + at / vector * plan.block_bytes;
        const size_t width = plan.channels - at / vector * vector;
        const size_t own = plan.direct ? depthwise_block_vector(width, vector) : vector;
        const size_t byte = at % vector, lane = byte / 16 * 4 + byte % 4;
        const depthwise_column column = {.layer = layer,
                                         .plan = &plan,
                                         .weights = weights + channel,
                                         .zero = depthwise_weight_zero(layer, channel),
                                         .target = block + depthwise_header(&plan) * own,
                                         .vector = byte % 16 / 4,
                                         .lane = lane,
                                         .lanes = own / 4};
        int32_t sum = 0;
        double magnitude = 0;
        const size_t parts = depthwise_pack_column(&column, weight_bytes, &sum, &magnitude);
        uint8_t *block_parts = depthwise_block_parts(packed) + at / vector;
        *block_parts = parts > *block_parts ? (uint8_t)parts : *block_parts;
        const int32_t start = bias ? bias[channel] : 0;
        const size_t place = column.vector * column.lanes + lane;
        ((int32_t *)block)[place] = (int32_t)((uint32_t)start - (uint32_t)depthwise_input_zero(layer) * (uint32_t)sum);
        if (finishes) {
            const float scale = q->scale[q->step ? channel : 0];
            ((float *)(block + 4 * own))[place] = scale;
            if (plan.direct) {
                ((float *)(block + 8 * own))[place] = scale * 0x1p23f;
            }
            const double greatest = fmin(fabs((double)start) + UINT8_MAX * magnitude, 0x1p31);
            plan.fits = plan.fits && greatest * fabs((double)scale) < 0x1.fffffp30;
            plan.lifted = plan.lifted && greatest < 0x1p23 && scale > 0 && scale < 0x1p23f;
        }
    }
    plan.lifted = plan.lifted && plan.fits;
    if (plan.lifted) {
        depthwise_lift(&plan, vector, packed);
    }
    memcpy(packed, &plan, sizeof plan);
}
