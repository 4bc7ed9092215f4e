// Depthwise convolution: each pixel lists its taps inside the image, then sums them for blocks of channels.
#include "conv_entries.h"
#include "tile.h"

/// Channels whose sums stay in registers.
enum { BLOCK = 16 };

typedef struct {
    size_t input, weights; // element offsets of the tap's first channel
} tap;

typedef struct {
    int64_t *wide;
    int32_t *narrow;
    tap *taps;
    int32_t *partial;
} depthwise_scratch;

size_t arete_depthwise_scratch(const arete_conv *conv) {
    const arete_window *w = &conv->window;
    size_t channels = (w->output_channels + BLOCK - 1) / BLOCK * BLOCK;
    return channels * (sizeof(int64_t) + sizeof(int32_t)) + w->kernel_height * w->kernel_width * sizeof(tap) + 64;
}

static depthwise_scratch pieces(const arete_conv *conv, void *scratch) {
    size_t channels = (conv->window.output_channels + BLOCK - 1) / BLOCK * BLOCK;
    int64_t *sums = scratch;
    tap *taps = (tap *)(sums + channels);
    size_t count = conv->window.kernel_height * conv->window.kernel_width;
    return (depthwise_scratch){sums, (int32_t *)sums, taps, (int32_t *)(taps + count)};
}

static size_t list_taps(const arete_window *w, size_t pixel, tap *taps) {
    size_t row = pixel / w->output_width, batch = row / w->output_height, count = 0;
    ptrdiff_t top = (ptrdiff_t)(row % w->output_height * w->stride_height) - w->pad_top;
    ptrdiff_t left = (ptrdiff_t)(pixel % w->output_width * w->stride_width) - w->pad_left;
    for (size_t ky = 0; ky < w->kernel_height; ky++) {
        ptrdiff_t y = top + (ptrdiff_t)(ky * w->dilation_height);
        if (y < 0 || y >= (ptrdiff_t)w->input_height) {
            continue;
        }
        for (size_t kx = 0; kx < w->kernel_width; kx++) {
            ptrdiff_t x = left + (ptrdiff_t)(kx * w->dilation_width);
            if (x < 0 || x >= (ptrdiff_t)w->input_width) {
                continue;
            }
            taps[count].input =
                ((batch * w->input_height + (size_t)y) * w->input_width + (size_t)x) * w->input_channels;
            taps[count].weights = (ky * w->kernel_width + kx) * w->output_channels;
            count++;
        }
    }
    return count;
}

typedef struct {
    const arete_conv *conv;
    const tap *taps;
    size_t count, multiplier;
    arete_zero_points zero_points;
} tap_sum;

// Sums of `count` taps for all output channels, in `sums`. One weight zero point and a multiplier of 1 take the
// blocked loop; anything else the general one.
#define DEFINE_SUM(NAME, INPUT, WEIGHT)                                                                                \
    static inline void NAME##_block(const tap_sum *s, const INPUT *restrict input, const WEIGHT *restrict weights,     \
                                    int16_t weight_zero, size_t channel, size_t n, int32_t *restrict sums) {           \
        int32_t block[BLOCK] = {0};                                                                                    \
        const int16_t zero = (int16_t)s->conv->input_zero_point;                                                       \
        for (size_t t = 0; t < s->count; t++) {                                                                        \
            const INPUT *restrict x = input + s->taps[t].input + channel;                                              \
            const WEIGHT *restrict w = weights + s->taps[t].weights + channel;                                         \
            for (size_t i = 0; i < n; i++) {                                                                           \
                block[i] += (int16_t)(x[i] - zero) * (int16_t)(w[i] - weight_zero);                                    \
            }                                                                                                          \
        }                                                                                                              \
        for (size_t i = 0; i < n; i++) {                                                                               \
            sums[i] = block[i];                                                                                        \
        }                                                                                                              \
    }                                                                                                                  \
    static void NAME(const tap_sum *s, const void *input, const void *weights, int32_t *restrict sums) {               \
        const size_t channels = s->conv->window.output_channels;                                                       \
        const bool narrow = sizeof(INPUT) == 1 || s->conv->input_zero_point == 0;                                      \
        if (narrow && s->multiplier == 1 && (s->zero_points.values == NULL || s->zero_points.step == 0)) {             \
            int16_t zero = (int16_t)arete_zero_point_of(s->zero_points, 0);                                            \
            size_t c = 0;                                                                                              \
            for (; c + BLOCK <= channels; c += BLOCK) {                                                                \
                NAME##_block(s, input, weights, zero, c, BLOCK, sums + c);                                             \
            }                                                                                                          \
            if (c < channels) {                                                                                        \
                NAME##_block(s, input, weights, zero, c, channels - c, sums + c);                                      \
            }                                                                                                          \
            return;                                                                                                    \
        }                                                                                                              \
        for (size_t c = 0; c < channels; c++) {                                                                        \
            int32_t sum = 0, zero = arete_zero_point_of(s->zero_points, c);                                            \
            for (size_t t = 0; t < s->count; t++) {                                                                    \
                int32_t x = ((const INPUT *)input)[s->taps[t].input + c / s->multiplier];                              \
                sum += (x - s->conv->input_zero_point) * (((const WEIGHT *)weights)[s->taps[t].weights + c] - zero);   \
            }                                                                                                          \
            sums[c] = sum;                                                                                             \
        }                                                                                                              \
    }

DEFINE_SUM(sum_s8, int8_t, int8_t)
DEFINE_SUM(sum_u8, uint8_t, uint8_t)
DEFINE_SUM(sum_u8s8, uint8_t, int8_t)
DEFINE_SUM(sum_s8u8, int8_t, uint8_t)
DEFINE_SUM(sum_s16, int16_t, int8_t)

typedef void (*sum_function)(const tap_sum *s, const void *input, const void *weights, int32_t *restrict sums);

static sum_function sum_of(const arete_operand_types *types) {
    if (types->input == arete_widen_s16) {
        return sum_s16;
    }
    bool signed_weights = types->weights == arete_widen_s8;
    if (types->input == arete_widen_s8) {
        return signed_weights ? sum_s8 : sum_s8u8;
    }
    return signed_weights ? sum_u8s8 : sum_u8;
}

// Adds the sums of a pixel's taps to its accumulators, in pieces that cannot overflow 32 bits.
static void add_taps(tap_sum s, size_t count, sum_function sum, const void *input, const void *weights, int wide,
                     const depthwise_scratch *pieces) {
    const size_t channels = s.conv->window.output_channels;
    for (size_t t = 0; t < count; t += ARETE_WIDE_CHUNK) {
        s.taps = pieces->taps + t;
        s.count = count - t < ARETE_WIDE_CHUNK ? count - t : ARETE_WIDE_CHUNK;
        sum(&s, input, weights, pieces->partial);
        for (size_t c = 0; c < channels; c++) {
            if (wide) {
                pieces->wide[c] += pieces->partial[c];
            } else {
                pieces->narrow[c] = (int32_t)((uint32_t)pieces->narrow[c] + (uint32_t)pieces->partial[c]);
            }
        }
    }
}

static void depthwise(const arete_conv *conv, const arete_operand_types *types, const uint8_t *input,
                      const uint8_t *weights, const void *bias, uint8_t *output, size_t begin, size_t end,
                      void *scratch) {
    const arete_window *w = &conv->window;
    const size_t channels = w->output_channels;
    const size_t pixel_bytes = channels * arete_output_size(conv->requantization.output);
    const depthwise_scratch p = pieces(conv, scratch);
    const sum_function sum = sum_of(types);
    tap_sum s = {conv, NULL, 0, channels / w->input_channels, {conv->weight_zero_points, conv->weight_zero_point_step}};
    for (size_t pixel = begin; pixel < end; pixel++) {
        for (size_t c = 0; c < channels; c++) {
            if (types->wide) {
                p.wide[c] = bias ? ((const int64_t *)bias)[c] : 0;
            } else {
                p.narrow[c] = bias ? ((const int32_t *)bias)[c] : 0;
            }
        }
        add_taps(s, list_taps(w, pixel, p.taps), sum, input, weights, types->wide, &p);
        if (types->wide) {
            arete_requantize_row_s64(p.wide, channels, 0, &conv->requantization, output + pixel * pixel_bytes);
        } else {
            arete_requantize_row(p.narrow, channels, 0, &conv->requantization, output + pixel * pixel_bytes);
        }
    }
}

ARETE_DEFINE_CONV_ENTRIES(depthwise)
