// Weights of a dense convolution in the order of its tiles. For every x86; the packed bytes depend on the shape of the
// tiles only.
#pragma once
#include "dense_plan.h"
#include "requantize.h"
#include "words.h"
#include <stdlib.h>
#include <string.h>
#if defined(__x86_64__)
#include <emmintrin.h>
#endif

/// What precedes the weights of a panel: bias, scale and excess of each channel, four bytes each. Where sums are
/// lifted, 2^23 scales take the place of the excess.
enum { DENSE_CONSTANT_BYTES = 12 };
/// Columns of the widest panel of any instruction set.
enum { DENSE_MOST_COLUMNS = 64 };

/// What the flag byte of a panel says.
enum {
    DENSE_HAS_EXCESS_FLAG = 1,  // some channel has an excess
    DENSE_LARGE_SCALE_FLAG = 2, // some scale is not below 1, or of words: vectors do not finish the sums
    DENSE_LIFTED_FLAG = 4 // sums start at the bits of the float 2^23, and those below zero all give the least result
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
    uint32_t sum = 0; // of each byte plus 128
    const uint8_t lift = flip ^ 0x80;
    size_t k = 0;
#if defined(__x86_64__)
    __m128i sums = _mm_setzero_si128();
    for (; k + 16 <= count; k += 16) {
        const __m128i lifted = _mm_xor_si128(_mm_loadu_si128((const __m128i *)(bytes + k)), _mm_set1_epi8((char)lift));
        sums = _mm_add_epi64(sums, _mm_sad_epu8(lifted, _mm_setzero_si128()));
    }
    sum = (uint32_t)_mm_cvtsi128_si64(_mm_add_epi64(sums, _mm_unpackhi_epi64(sums, sums)));
#endif
    for (; k < count; k++) {
        sum += bytes[k] ^ lift;
    }
    return (int32_t)(sum - 128 * (uint32_t)count);
}

/// The least and the greatest of some signed bytes.
typedef struct {
    int32_t least, greatest;
} dense_range;

/// Of at least one byte, each with its sign bit flipped by `flip` first.
static inline dense_range dense_range_of(const uint8_t *bytes, size_t count, uint8_t flip) {
    const uint8_t lift = flip ^ 0x80;
    uint8_t least = UINT8_MAX, greatest = 0; // of each byte plus 128
    for (size_t k = 0; k < count; k++) {
        const uint8_t lifted = bytes[k] ^ lift;
        least = lifted < least ? lifted : least;
        greatest = lifted > greatest ? lifted : greatest;
    }
    return (dense_range){.least = least - 128, .greatest = greatest - 128};
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
        const dense_range range = dense_range_of(source, depth, flip);
        excess = dense_excess(range.least - zero, range.greatest - zero);
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

/// Packs the bytes from `begin` to `end` of a run of one channel into its column.
static inline void dense_pack_column(const uint8_t *source, size_t begin, size_t end, uint8_t flip, uint8_t less,
                                     size_t width, uint8_t *to) {
    size_t k = begin;
    for (; k + 4 <= end; k += 4, to += 4 * width) {
        uint32_t four;
        memcpy(&four, source + k, sizeof four);
        four = dense_subtract(four ^ flip * 0x01010101u, less * 0x01010101u);
        memcpy(to, &four, sizeof four);
    }
    for (size_t i = 0; i < 4 && k < end; i++) {
        to[i] = k + i < end ? (uint8_t)((source[k + i] ^ flip) - less) : 0;
    }
}

#if defined(__x86_64__)
/// Packs `count` bytes, a multiple of 16, of the runs of four channels that lie `depth` apart into their columns.
static inline void dense_pack_four(const uint8_t *source, size_t depth, size_t count, uint8_t flip, const uint8_t *less,
                                   size_t width, uint8_t *to) {
    const __m128i flips = _mm_set1_epi8((char)flip);
    __m128i subtracted[4];
    for (size_t i = 0; i < 4; i++) {
        subtracted[i] = _mm_set1_epi8((char)less[i]);
    }
    for (size_t k = 0; k < count; k += 16, to += 16 * width) {
        __m128i rows[4];
        for (size_t i = 0; i < 4; i++) {
            const __m128i bytes = _mm_loadu_si128((const __m128i *)(source + i * depth + k));
            rows[i] = _mm_sub_epi8(_mm_xor_si128(bytes, flips), subtracted[i]);
        }
        const __m128i a = _mm_unpacklo_epi32(rows[0], rows[1]), b = _mm_unpacklo_epi32(rows[2], rows[3]);
        const __m128i c = _mm_unpackhi_epi32(rows[0], rows[1]), d = _mm_unpackhi_epi32(rows[2], rows[3]);
        _mm_storeu_si128((__m128i *)to, _mm_unpacklo_epi64(a, b));
        _mm_storeu_si128((__m128i *)(to + 4 * width), _mm_unpackhi_epi64(a, b));
        _mm_storeu_si128((__m128i *)(to + 8 * width), _mm_unpacklo_epi64(c, d));
        _mm_storeu_si128((__m128i *)(to + 12 * width), _mm_unpackhi_epi64(c, d));
    }
}
#endif

/// Packs the weights of `count` channels from `channel` on into the first columns of a panel of `width`.
static inline void dense_pack_weights(const arete_packed_conv *layer, const dense_plan *plan, const uint8_t *weights,
                                      size_t channel, size_t count, size_t width, const uint8_t *less,
                                      uint8_t *target) {
    const uint8_t flip = layer->weights == ARETE_UINT8 ? 0x80 : 0;
    const size_t depth = plan->segments * plan->run;
    // Some bytes of each channel at a time, so that what is read and what is written stay in the first cache.
    enum { BLOCK = 128 };
    for (size_t segment = 0; segment < plan->segments; segment++) {
        for (size_t begin = 0; begin < plan->run; begin += BLOCK) {
            const size_t end = dense_least(plan->run, begin + BLOCK);
            uint8_t *block = target + begin * width;
            size_t column = 0;
#if defined(__x86_64__)
            const size_t whole = (end - begin) / 16 * 16;
            for (; column + 4 <= count; column += 4) {
                const uint8_t *source = weights + (channel + column) * depth + segment * plan->run;
                dense_pack_four(source + begin, depth, whole, flip, less + column, width, block + 4 * column);
                for (size_t i = 0; i < 4; i++) {
                    dense_pack_column(source + i * depth, begin + whole, end, flip, less[column + i], width,
                                      block + whole * width + 4 * (column + i));
                }
            }
#endif
            for (; column < count; column++) {
                const uint8_t *source = weights + (channel + column) * depth + segment * plan->run;
                dense_pack_column(source, begin, end, flip, less[column], width, block + 4 * column);
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

/// The same of a layer of words, whose offsets take the places of the excess. Returns the flags of the panel: sums that
/// vectors do not finish start without their 64-bit biases.
static inline uint8_t dense_pack_word_constants(const arete_packed_conv *layer, const dense_plan *plan,
                                                const int8_t *weights, const int32_t *bias, size_t channel,
                                                size_t count, size_t width, int32_t *constants) {
    const size_t depth = plan->segments * plan->run / sizeof(int16_t);
    bool finishes = true;
    for (size_t column = 0; column < count; column++) {
        const int8_t *source = weights + (channel + column) * depth;
        int32_t total = 0, greatest = 0;
        for (size_t k = 0; k < depth; k++) {
            total += source[k];
            greatest += abs(source[k]);
        }
        word_constants c;
        finishes = word_constants_of(layer, bias, channel + column, total, greatest, &c) && finishes;
        constants[column] = c.bias;
        constants[width + column] = c.scale;
        constants[2 * width + column] = c.offset;
    }
    if (!finishes && layer->wide) {
        memset(constants, 0, count * sizeof *constants);
    }
    return finishes ? 0 : DENSE_LARGE_SCALE_FLAG;
}

/// Whether all sums of a panel of `width` columns, of which `count` have a channel, may start at the bits of 2^23: as
/// long as they are not negative, they are then the bits of the float 2^23 and the sum, and floats below 2^23
/// otherwise, whose results are the least just as well.
static inline bool dense_can_lift(const arete_packed_conv *layer, const dense_plan *plan, const int32_t *constants,
                                  size_t count, size_t width) {
    if (!plan->shallow || !requantization_is_rectified(&layer->conv.requantization)) {
        return false;
    }
    const uint64_t products = (uint64_t)plan->segments * plan->run * UINT8_MAX * 128;
    for (size_t column = 0; column < count; column++) {
        float scale;
        memcpy(&scale, &constants[width + column], sizeof scale);
        const uint64_t start = (uint64_t)llabs(constants[column]);
        if (products + start >= 1 << 23 || !(scale > 0 && scale < 1) || constants[2 * width + column] != 0) {
            return false;
        }
    }
    return true;
}

/// Makes the sums of a panel start there.
static inline void dense_lift(int32_t *constants, size_t count, size_t width) {
    for (size_t column = 0; column < count; column++) {
        float scale;
        memcpy(&scale, &constants[width + column], sizeof scale);
        const float lift = scale * 0x1p23F;
        constants[column] += 0x4B000000;
        memcpy(&constants[2 * width + column], &lift, sizeof lift);
    }
}

/// Fills in the constants of a panel and what the weights of each of its channels are stored less of, and returns its
/// flags.
static inline uint8_t dense_pack_panel_constants(const arete_packed_conv *layer, const dense_plan *plan,
                                                 const void *weights, const void *bias, size_t channel, size_t count,
                                                 size_t width, int32_t *constants, uint8_t *less) {
    uint8_t flags = 0;
    for (size_t column = 0; column < count; column++) {
        if (layer->input == ARETE_FLOAT32) {
            // Sums start at the bias; no bias is 0.
            constants[column] = bias ? ((const int32_t *)bias)[channel + column] : 0;
            constants[2 * width + column] = 0;
            continue;
        }
        less[column] = dense_pack_constants(layer, plan, weights, bias, channel + column, column, width, constants);
        float scale;
        memcpy(&scale, &constants[width + column], sizeof scale);
        flags |= (uint8_t)((constants[2 * width + column] != 0 ? DENSE_HAS_EXCESS_FLAG : 0) |
                           (scale < 1 ? 0 : DENSE_LARGE_SCALE_FLAG));
    }
    return flags;
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
            int32_t *constants = (int32_t *)(void *)target;
            uint8_t *matrix = target + DENSE_CONSTANT_BYTES * width;
            uint8_t *flag = &flags[group * plan->panels + panel];
            if (layer->input == ARETE_INT16) {
                *flag = dense_pack_word_constants(layer, plan, weights, bias, channel, count, width, constants);
                dense_pack_words(plan, weights, channel, count, width, (int16_t *)(void *)matrix);
                continue;
            }
            uint8_t less[DENSE_MOST_COLUMNS] = {0};
            *flag = dense_pack_panel_constants(layer, plan, weights, bias, channel, count, width, constants, less);
            if (dense_can_lift(layer, plan, constants, count, width)) {
                dense_lift(constants, count, width);
                *flag |= DENSE_LIFTED_FLAG;
            }
            dense_pack_weights(layer, plan, weights, channel, count, width, less, matrix);
        }
    }
}
