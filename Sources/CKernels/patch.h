// The part of a pool's window that lies in the image.
#pragma once
#include "arete_conv.h"

/// Rows and columns of the image under one output pixel.
typedef struct {
    size_t batch, top, bottom, left, right;
} arete_patch;

/// First and past-the-last position in 0 ..< extent that a window from `start` covers.
static inline void arete_cover(ptrdiff_t start, size_t kernel, size_t extent, size_t *first, size_t *last) {
    ptrdiff_t end = start + (ptrdiff_t)kernel;
    *first = start > 0 ? (size_t)start : 0;
    *last = end < 0 ? 0 : (size_t)end < extent ? (size_t)end : extent;
}

static inline arete_patch arete_patch_at(const arete_window *w, size_t pixel) {
    const size_t row = pixel / w->output_width;
    arete_patch p = {.batch = row / w->output_height};
    arete_cover((ptrdiff_t)(row % w->output_height * w->stride_height) - w->pad_top, w->kernel_height, w->input_height,
                &p.top, &p.bottom);
    arete_cover((ptrdiff_t)(pixel % w->output_width * w->stride_width) - w->pad_left, w->kernel_width, w->input_width,
                &p.left, &p.right);
    return p;
}
