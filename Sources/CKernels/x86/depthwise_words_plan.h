// Depthwise convolutions of 16-bit activations: where taps are, packed weights and units. Plain C.
#pragma once
#include "words.h"

/// Channels that are computed together, and that weights are padded to.
enum { WORDS_CHANNELS = 16 };

// Tiles of 1 to 4 and to 6 pixels, by whether all their channels exist: an instruction set lists its own as
// WORDS_TILES; what TILE makes of one is up to the user.
#define WORDS_TILES_4(WHOLE) TILE(1, WHOLE) TILE(2, WHOLE) TILE(3, WHOLE) TILE(4, WHOLE)
#define WORDS_TILES_6(WHOLE) WORDS_TILES_4(WHOLE) TILE(5, WHOLE) TILE(6, WHOLE)

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

/// A line that says whether vectors finish the sums comes first, then biases, scales and offsets in the order of the
/// sums, then for each 16 channels the pairs of taps.
enum { WORDS_FLAG_BYTES = 64 };

static inline size_t words_constants_offset(size_t channel) { return WORDS_FLAG_BYTES + channel * 4; }

static inline size_t words_pair_offset(const arete_packed_conv *layer, size_t channel) {
    return words_constants_offset(3 * words_channels(layer)) + channel * 2 * words_taps(&layer->conv.window);
}

/// Where the sum of a channel is among those of the 16 that are computed together: the unpacking instructions put
/// channels 0 to 3 and 8 to 11 first, then the others; packing restores the order.
static inline size_t words_place(size_t lane) { return lane / 4 % 2 * 8 + lane / 8 * 4 + lane % 4; }

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

/// Whether two pixels next to each other can be computed as one with 16 channels.
static inline bool words_pairable(const arete_packed_conv *layer) {
    const arete_window *w = &layer->conv.window;
    return 2 * w->output_channels == WORDS_CHANNELS && w->stride_width == 1 &&
           layer->output_stride == w->output_channels && layer->input_stride == w->output_channels * sizeof(int16_t);
}

/// Two taps of a channel lie next to each other; eight channels stand there twice. Sums that vectors do not finish
/// start without their 64-bit biases.
static inline size_t words_pack(const arete_packed_conv *layer, const void *weights, const void *bias, void *packed) {
    const arete_window *w = &layer->conv.window;
    const size_t channels = w->output_channels, taps = w->kernel_height * w->kernel_width;
    uint8_t *flag = packed;
    int32_t *biases = (int32_t *)(void *)(flag + words_constants_offset(0));
    int32_t *scales = biases + words_channels(layer), *offsets = scales + words_channels(layer);
    memset(packed, 0, words_packed_bytes(layer));
    *flag = 1;
    const size_t columns = 2 * channels == WORDS_CHANNELS ? WORDS_CHANNELS : channels;
    for (size_t column = 0; column < columns; column++) {
        const size_t lane = column % WORDS_CHANNELS, first = column - lane, c = column % channels;
        const size_t place = words_place(lane);
        int16_t *target = (int16_t *)(void *)(flag + words_pair_offset(layer, first)) + 2 * place;
        int32_t sum = 0, greatest = 0;
        for (size_t t = 0; t < taps; t++) {
            const int8_t weight = ((const int8_t *)weights)[t * channels + c];
            target[t / 2 * 32 + t % 2] = weight;
            sum += weight;
            greatest += weight < 0 ? -weight : weight;
        }
        word_constants constants;
        *flag &= word_constants_of(layer, bias, c, sum, greatest, &constants);
        biases[first + place] = constants.bias;
        scales[first + place] = constants.scale;
        offsets[first + place] = constants.offset;
    }
    if (*flag == 0 && layer->wide) {
        memset(biases, 0, words_channels(layer) * sizeof *biases);
    }
    return words_packed_bytes(layer);
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
