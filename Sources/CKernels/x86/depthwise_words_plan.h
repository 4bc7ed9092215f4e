// Depthwise convolutions of 16-bit activations: where taps are, packed weights and units. Plain C.
#pragma once
#include "words.h"

/// Channels that are computed together, and that weights are padded to.
enum { WORDS_CHANNELS = 16 };

// Tiles by their pixels and by whether all their channels exist; what TILE makes of one is up to the user.
#define WORDS_TILES_6(WHOLE) TILE(1, WHOLE) TILE(2, WHOLE) TILE(3, WHOLE) TILE(4, WHOLE) TILE(5, WHOLE) TILE(6, WHOLE)
#define WORDS_TILES WORDS_TILES_6(0) WORDS_TILES_6(1)

/// Where a tap of a run of pixels begins; bytes from one pixel's to the next one's.
typedef struct {
    const uint8_t *at;
    size_t pitch;
} word_tap;

static inline size_t words_channels(const arete_packed_conv *layer) {
    return (layer->conv.window.output_channels + WORDS_CHANNELS - 1) / WORDS_CHANNELS * WORDS_CHANNELS;
}

/// Taps of a window, made even by one whose weights are 0.
static inline size_t words_taps(const arete_window *w) { return (w->kernel_height * w->kernel_width + 1) / 2 * 2; }

static inline size_t words_result_bytes(const arete_packed_conv *layer) {
    return layer->conv.requantization.output == ARETE_INT32 ? 4 : 2;
}

/// Biases come first, in the order of the sums, then for each 16 channels the pairs of taps.
static inline size_t words_pair_offset(const arete_packed_conv *layer, size_t channel) {
    return words_channels(layer) * 4 + channel * 2 * words_taps(&layer->conv.window);
}

static inline size_t words_packed_bytes(const arete_packed_conv *layer) {
    return words_pair_offset(layer, words_channels(layer));
}

static inline bool words_takes(const arete_packed_conv *layer) {
    const arete_window *w = &layer->conv.window;
    return layer->input == ARETE_INT16 && layer->weights == ARETE_INT8 && layer->pair.function == NULL &&
           w->input_channels == w->output_channels &&
           w->batch * w->output_height * w->output_width * w->output_channels != 0 &&
           w->input_height * w->input_width * w->kernel_height * w->kernel_width != 0;
}

/// Rows of output pixels.
static inline size_t words_units(const arete_packed_conv *layer) {
    return layer->conv.window.batch * layer->conv.window.output_height;
}

static inline size_t words_scratch_bytes(const arete_packed_conv *layer) {
    return words_taps(&layer->conv.window) * sizeof(word_tap) + words_channels(layer) * sizeof(int16_t) + 64;
}

/// Two taps of eight channels lie next to each other as the unpacking instructions put activations: channels 0 to 3 and
/// 8 to 11, then the others.
static inline void words_pack(const arete_packed_conv *layer, const void *weights, const void *bias, void *packed) {
    const arete_window *w = &layer->conv.window;
    const size_t channels = w->output_channels, taps = w->kernel_height * w->kernel_width;
    int32_t *biases = packed;
    memset(packed, 0, words_packed_bytes(layer));
    for (size_t c = 0; c < channels; c++) {
        const size_t lane = c % WORDS_CHANNELS;
        int16_t *target = (int16_t *)(void *)((uint8_t *)packed + words_pair_offset(layer, c - lane)) +
                          lane / 4 % 2 * 16 + lane / 8 * 8 + lane % 4 * 2;
        uint32_t sum = 0;
        for (size_t t = 0; t < taps; t++) {
            const int8_t weight = ((const int8_t *)weights)[t * channels + c];
            target[t / 2 * 32 + t % 2] = weight;
            sum += (uint32_t)(int32_t)weight;
        }
        const uint32_t start = bias ? (uint32_t)((const int32_t *)bias)[c] : 0;
        biases[c - lane + lane / 4 % 2 * 8 + lane / 8 * 4 + lane % 4] =
            (int32_t)(start - (uint32_t)layer->conv.input_zero_point * sum);
    }
}

/// Output columns whose windows are inside the image as far as columns go: from `first` to `last`.
static inline void words_inner_columns(const arete_window *w, size_t *first, size_t *last) {
    const ptrdiff_t stride = (ptrdiff_t)w->stride_width, pad = w->pad_left;
    const ptrdiff_t extent = (ptrdiff_t)((w->kernel_width - 1) * w->dilation_width) + 1;
    const ptrdiff_t room = (ptrdiff_t)w->input_width + pad - extent;
    const size_t end = room < 0 ? 0 : (size_t)(room / stride) + 1;
    *first = pad <= 0 ? 0 : (size_t)((pad + stride - 1) / stride);
    *last = end < w->output_width ? end : w->output_width;
}

/// The taps of output pixel (y, x) and of those to its right that are inside the image as it is.
static inline void words_find_taps(const arete_packed_conv *layer, const uint8_t *image, size_t y, size_t x,
                                   const uint8_t *outside, word_tap *taps) {
    const arete_window *w = &layer->conv.window;
    const size_t pitch = w->stride_width * layer->input_stride;
    size_t count = 0;
    for (size_t ky = 0; ky < w->kernel_height; ky++) {
        const ptrdiff_t row = (ptrdiff_t)(y * w->stride_height + ky * w->dilation_height) - w->pad_top;
        const bool is_inside = row >= 0 && row < (ptrdiff_t)w->input_height;
        for (size_t kx = 0; kx < w->kernel_width; kx++) {
            const ptrdiff_t column = (ptrdiff_t)(x * w->stride_width + kx * w->dilation_width) - w->pad_left;
            if (is_inside && column >= 0 && column < (ptrdiff_t)w->input_width) {
                taps[count++] =
                    (word_tap){image + (size_t)(row * (ptrdiff_t)w->input_width + column) * layer->input_stride, pitch};
            } else {
                taps[count++] = (word_tap){outside, 0};
            }
        }
    }
    if (count % 2 != 0) {
        taps[count] = (word_tap){outside, 0};
    }
}
