// Conversion between element types.
#pragma once
#include "arete_types.h"

/// Converts elements begin ..< end of x to y; x and y do not overlap.
///
/// Floats become integers by truncation; beyond the range of 32-bit and 64-bit results the nearest bound is taken (NaN
/// gives 0), narrower results keep the low bits. Integers wrap. Anything but zero is true. Narrower floats round to
/// nearest, ties to even. 4-bit types are unpacked, one element a byte.
typedef void (*arete_cast_function)(const void *x, void *y, size_t begin, size_t end);

/// Never null for valid types.
ARETE_AT_LOAD arete_cast_function arete_cast(arete_element_type from, arete_element_type to);
