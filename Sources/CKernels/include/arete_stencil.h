// Stencils: where the taps of convolutions and pools lie, for one to three spatial dimensions.
#pragma once
#include "arete_types.h"

/// Geometry in depth, height, width order; unused leading dimensions have extent 1. Tap t of output o lies at input o *
/// stride + t * dilation - before; outside the input it is padding.
typedef struct {
    size_t input[3], output[3], kernel[3], stride[3], dilation[3];
    ptrdiff_t before[3], after[3];
} arete_stencil;

/// A single point in every dimension.
ARETE_AT_LOAD void arete_stencil_begin(arete_stencil *stencil);

/// Sets spatial dimension `axis` of `rank` (1 ... 3). `after` matters for averages that count padding. False for an
/// axis outside the rank, a kernel, stride or dilation of zero, or numbers whose products overflow.
ARETE_AT_LOAD bool arete_stencil_set(arete_stencil *stencil, size_t rank, size_t axis, size_t input, size_t output,
                                     size_t kernel, size_t stride, size_t dilation, ptrdiff_t before, ptrdiff_t after);
