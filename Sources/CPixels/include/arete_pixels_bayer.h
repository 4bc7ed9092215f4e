// Pictures of sensors behind a mosaic of colour filters (Bayer) to red, green and blue.
#pragma once
#include "arete_pixels_rows.h"
#include <stddef.h>
#include <stdint.h>

/// How the samples of a mosaic lie.
typedef enum {
    ARETE_BAYER_BYTES,   ///< 8 bits
    ARETE_BAYER_WORDS,   ///< 16-bit words, little-endian, of 9 to 16 bits
    ARETE_BAYER_TENS,    ///< MIPI: the high bytes of four samples, then a byte with their low bits
    ARETE_BAYER_TWELVES, ///< MIPI: the high bytes of two samples, then a byte with their low bits
} arete_bayer_layout;

/// Everything about a mosaic but its samples.
typedef struct {
    arete_bayer_layout layout;
    unsigned bits;  ///< of a sample, 8 to 16; what is above counts as all of them
    size_t width;   ///< 2 or more; of tens a multiple of 4, of twelves of 2
    size_t height;  ///< 2 or more
    unsigned red_x; ///< which column and row of each two by two samples is red; blue is across from it
    unsigned red_y;
} arete_bayer_plan;

/// Bytes of a row of samples.
size_t arete_bayer_row_bytes(const arete_bayer_plan *plan);

/// Bytes of memory, at an address that 64 divides, that `arete_bayer_to_rgb` works in.
size_t arete_bayer_scratch(const arete_bayer_plan *plan);

/// Colours that a place has no sample of are the means of the two or four nearest, at the border as if the picture were
/// mirrored there; all are rounded to 8 bits, halves up.
void arete_bayer_to_rgb(const arete_camera_rows *kernels, const arete_bayer_plan *plan, const uint8_t *samples,
                        size_t stride, uint8_t *rgb, size_t rgb_stride, void *scratch);
