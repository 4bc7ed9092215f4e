// Coordinates of bilinear resizing in fixed point and in single precision.
#pragma once
#include "arete_quantized_resize.h"

/// As arete_resize_place_at, for ARETE_RESIZE_FIXED: weights of 10 fractional bits, below 0 in front of the input.
arete_resize_place arete_resize_fixed_place(arete_resize_alignment alignment, size_t at, size_t input, size_t output);

/// The same for ARETE_RESIZE_FLOAT: `weight` holds the bits of a float, the weight of the second place.
arete_resize_place arete_resize_float_place(arete_resize_alignment alignment, size_t at, size_t input, size_t output);
