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

/// Channels of a block, in the order of their bytes. Bytes are interleaved within 128 bits, so four vectors of sums
/// hold four neighbouring channels each from every 16.
enum { DEPTHWISE_MOST_VECTOR = 64 };
typedef struct {
    uint8_t *target; // weights of the block
    size_t count, lanes;
    size_t channels[DEPTHWISE_MOST_VECTOR];
    size_t places[DEPTHWISE_MOST_VECTOR]; // where their sums lie among those of the block
    int32_t zeros[DEPTHWISE_MOST_VECTOR]; // of their weights
    int32_t rests[DEPTHWISE_MOST_VECTOR]; // their weights of one tap, less the zero points
    int32_t sums[DEPTHWISE_MOST_VECTOR], magnitudes[DEPTHWISE_MOST_VECTOR]; // of all of those; without their signs
} depthwise_block;

/// Where a tap of an output row lies among the taps of both rows.
static inline size_t depthwise_tap_place(const arete_window *w, const depthwise_plan *plan, size_t row, size_t tap) {
    if (plan->direct) {
        return tap % w->kernel_width * 4 + tap / w->kernel_width + (w->stride_height == 1 ? row : 0);
    }
    return tap + row * plan->row_taps * w->kernel_width;
}

/// Reads the weights of one tap; whether all of them are signed bytes.
static inline bool depthwise_read_tap(const arete_packed_conv *layer, const uint8_t *weights, size_t tap,
                                      depthwise_block *block) {
    const uint8_t *taps = weights + tap * layer->conv.window.output_channels;
    const bool is_signed = layer->weights == ARETE_INT8;
    for (size_t i = 0; i < block->count; i++) {
        const uint8_t byte = taps[block->channels[i]];
        block->rests[i] = (is_signed ? (int8_t)byte : byte) - block->zeros[i];
    }
    int32_t beyond = 0;
    for (size_t i = 0; i < block->count; i++) {
        const int32_t rest = block->rests[i];
        block->sums[i] += rest;
        block->magnitudes[i] += abs(rest);
        beyond |= rest ^ (int8_t)rest;
    }
    return beyond == 0;
}

/// Packs the weights that were read of one tap of an output row; how many parts they have.
static inline size_t depthwise_pack_tap(const arete_packed_conv *layer, const depthwise_plan *plan, size_t weight_bytes,
                                        size_t row, size_t tap, bool are_bytes, const depthwise_block *block) {
    const size_t place = depthwise_tap_place(&layer->conv.window, plan, row, tap);
    const size_t at = place % 4, first = (place / 4 * 2 + row) * 4 * block->lanes;
    if (weight_bytes == 2) {
        for (size_t i = 0; i < block->count; i++) {
            // Even taps of all lanes, then odd ones.
            const size_t column = first + block->places[i];
            const size_t pair = 2 * column - column % block->lanes + at % 2 * block->lanes;
            ((int16_t *)block->target)[pair * 2 + at / 2] = (int16_t)block->rests[i];
        }
        return 1;
    }
    int8_t *target = (int8_t *)block->target + first * 4 + at;
    if (are_bytes) {
        for (size_t i = 0; i < block->count; i++) {
            target[block->places[i] * 4] = (int8_t)block->rests[i];
        }
        return 1;
    }
    size_t needed = 1;
    for (size_t i = 0; i < block->count; i++) {
        int32_t rest = block->rests[i];
        for (size_t part = 0; rest != 0; part++) {
            const int32_t share = arete_clamp(rest, INT8_MIN, INT8_MAX);
            target[part * plan->part_bytes + block->places[i] * 4] = (int8_t)share;
            rest -= share;
            needed = part + 1 > needed ? part + 1 : needed;
        }
    }
    return needed;
}

/// Packs the weights of two output rows; how many parts they have.
static inline size_t depthwise_pack_block(const arete_packed_conv *layer, const depthwise_plan *plan,
                                          size_t weight_bytes, const uint8_t *weights, depthwise_block *block) {
    size_t needed = 1;
    for (size_t tap = 0; tap < layer->conv.window.kernel_height * layer->conv.window.kernel_width; tap++) {
        const bool are_bytes = depthwise_read_tap(layer, weights, tap, block);
        for (size_t row = 0; row < 2; row++) {
            const size_t parts = depthwise_pack_tap(layer, plan, weight_bytes, row, tap, are_bytes, block);
            needed = parts > needed ? parts : needed;
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
    // Sums below zero may be wrong if they all give the least result.
    plan.lifted = plan.direct && requantization_is_rectified(q);
    for (size_t index = 0; index < plan.blocks; index++) {
        const size_t begin = index * vector;
        uint8_t *packed_block = packed + depthwise_blocks_offset(&plan) + index * plan.block_bytes;
        const size_t own = plan.direct ? depthwise_block_vector(plan.channels - begin, vector) : vector;
        depthwise_block block;
        block.target = packed_block + depthwise_header(&plan) * own;
        block.count = depthwise_least(vector, plan.period - begin);
        block.lanes = own / 4;
        size_t next = begin % plan.channels;
        for (size_t i = 0; i < block.count; i++) {
            const size_t channel = next;
            block.channels[i] = channel;
            block.places[i] = i % 16 / 4 * block.lanes + i / 16 * 4 + i % 4;
            block.zeros[i] = depthwise_weight_zero(layer, channel);
            block.sums[i] = block.magnitudes[i] = 0;
            next = next + 1 == plan.channels ? 0 : next + 1;
        }
        depthwise_block_parts(packed)[index] =
            (uint8_t)depthwise_pack_block(layer, &plan, weight_bytes, weights, &block);
        for (size_t i = 0; i < block.count; i++) {
            const size_t channel = block.channels[i], place = block.places[i];
            const int32_t start = bias ? bias[channel] : 0;
            const uint32_t moved = (uint32_t)depthwise_input_zero(layer) * (uint32_t)block.sums[i];
            ((int32_t *)packed_block)[place] = (int32_t)((uint32_t)start - moved);
            if (finishes) {
                const float scale = q->scale[q->step ? channel : 0];
                ((float *)(packed_block + 4 * own))[place] = scale;
                if (plan.direct) {
                    ((float *)(packed_block + 8 * own))[place] = scale * 0x1p23f;
                }
                const double greatest = fmin(fabs((double)start) + UINT8_MAX * (double)block.magnitudes[i], 0x1p31);
                plan.fits = plan.fits && greatest * fabs((double)scale) < 0x1.fffffp30;
                plan.lifted = plan.lifted && greatest < 0x1p23 && scale > 0 && scale < 0x1p23f;
            }
        }
    }
    plan.lifted = plan.lifted && plan.fits;
    if (plan.lifted) {
        depthwise_lift(&plan, vector, packed);
    }
    memcpy(packed, &plan, sizeof plan);
}
