// Which taps of a stencil lie inside the input, and element strides of the two layouts.
#pragma once
#include "arete_stencil.h"

/// Taps begin ..< end of one dimension whose positions, from `origin` on, lie inside the input.
typedef struct {
    size_t begin, end;
    ptrdiff_t origin; // position of tap 0
} arete_tap_range;

static inline arete_tap_range arete_inside_taps(const arete_stencil *s, size_t d, size_t output) {
    const ptrdiff_t origin = (ptrdiff_t)(output * s->stride[d]) - s->before[d];
    const ptrdiff_t dilation = (ptrdiff_t)s->dilation[d], input = (ptrdiff_t)s->input[d];
    const ptrdiff_t kernel = (ptrdiff_t)s->kernel[d];
    ptrdiff_t begin = origin < 0 ? (-origin + dilation - 1) / dilation : 0;
    ptrdiff_t end = origin >= input ? 0 : (input - origin + dilation - 1) / dilation;
    if (end > kernel) end = kernel;
    if (begin > end) begin = end;
    return (arete_tap_range){(size_t)begin, (size_t)end, origin};
}

/// Outputs begin ..< end of one dimension for which `tap` lies inside the input.
static inline arete_tap_range arete_inside_outputs(const arete_stencil *s, size_t d, size_t tap) {
    const ptrdiff_t origin = (ptrdiff_t)(tap * s->dilation[d]) - s->before[d];
    const ptrdiff_t stride = (ptrdiff_t)s->stride[d], input = (ptrdiff_t)s->input[d];
    const ptrdiff_t output = (ptrdiff_t)s->output[d];
    ptrdiff_t begin = origin < 0 ? (-origin + stride - 1) / stride : 0;
    ptrdiff_t end = origin >= input ? 0 : (input - origin + stride - 1) / stride;
    if (end > output) end = output;
    if (begin > end) begin = end;
    return (arete_tap_range){(size_t)begin, (size_t)end, origin};
}

/// Elements from one batch, channel or place to the next.
typedef struct {
    size_t batch, channel, place[3];
} arete_layout;

static inline arete_layout arete_layout_of(bool channels_last, size_t channels, const size_t extent[3]) {
    const size_t area = extent[0] * extent[1] * extent[2];
    const size_t unit = channels_last ? channels : 1;
    return (arete_layout){
        channels * area, channels_last ? 1 : area, {extent[1] * extent[2] * unit, extent[2] * unit, unit}};
}

static inline size_t arete_area(const size_t extent[3]) { return extent[0] * extent[1] * extent[2]; }
