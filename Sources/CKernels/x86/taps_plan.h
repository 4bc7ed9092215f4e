// Depthwise convolutions tap by tap, for activations wider than a byte: packed weights and units. Plain C.
#pragma once
#include "arete_packed_conv.h"
#include <string.h>

/// Channels are padded to this many, whatever the vectors.
enum { TAPS_CHANNELS = 16 };

static inline size_t taps_channels(const arete_packed_conv *layer) {
    return (layer->conv.window.output_channels + TAPS_CHANNELS - 1) / TAPS_CHANNELS * TAPS_CHANNELS;
}

/// Bias, then the weights of each tap, four bytes a channel.
static inline size_t taps_packed_bytes(const arete_packed_conv *layer) {
    const arete_window *w = &layer->conv.window;
    return (1 + w->kernel_height * w->kernel_width) * taps_channels(layer) * 4;
}

static inline bool taps_takes(const arete_packed_conv *layer) {
    const arete_window *w = &layer->conv.window;
    return layer->pair.function == NULL && w->input_channels == w->output_channels &&
           w->batch * w->output_height * w->output_width * w->output_channels != 0 &&
           w->input_height * w->input_width * w->kernel_height * w->kernel_width != 0;
}

/// Rows of output pixels.
static inline size_t taps_units(const arete_packed_conv *layer) {
    return layer->conv.window.batch * layer->conv.window.output_height;
}

/// Where the taps of a row of pixels are: bytes from the first one's place in the image, and in the packed weights.
typedef struct {
    ptrdiff_t input;
    size_t weights;
} taps_tap;

/// The column of the image, or beyond it, after the last window's last one.
static inline ptrdiff_t taps_row_end(const arete_window *w) {
    return (ptrdiff_t)((w->output_width - 1) * w->stride_width + (w->kernel_width - 1) * w->dilation_width + 1) -
           w->pad_left;
}

/// Whether windows are three columns wide, one or two apart, and only the first and the last one of a row reach out of
/// the image, by a column each.
static inline bool taps_is_row_of_three(const arete_window *w) {
    return w->kernel_width == 3 && w->dilation_width == 1 && w->stride_width <= 2 && w->input_width > 1 &&
           w->pad_left >= 0 && w->pad_left <= 1 && taps_row_end(w) <= (ptrdiff_t)w->input_width + 1;
}

/// The output column after the last one whose window has all its columns inside the image; there must be one.
static inline size_t taps_inside_end(const arete_window *w) {
    const size_t last = (w->input_width - 1 - (w->kernel_width - 1) * w->dilation_width + (size_t)w->pad_left);
    const size_t end = last / w->stride_width + 1;
    return end < w->output_width ? end : w->output_width;
}

/// Kernel rows inside the image of output row `y`, and columns of output column `x`: from `first` to `last`.
static inline void taps_inside(size_t at, size_t stride, ptrdiff_t pad, size_t dilation, size_t kernel, size_t extent,
                               size_t *first, size_t *last) {
    const ptrdiff_t start = (ptrdiff_t)(at * stride) - pad, step = (ptrdiff_t)dilation;
    const ptrdiff_t from = start >= 0 ? 0 : (-start + step - 1) / step;
    const ptrdiff_t room = (ptrdiff_t)extent - start;
    const ptrdiff_t to = room <= 0 ? 0 : (room + step - 1) / step;
    *first = from < (ptrdiff_t)kernel ? (size_t)from : kernel;
    *last = to < (ptrdiff_t)kernel ? (size_t)to : kernel;
    *last = *last < *first ? *first : *last;
}
