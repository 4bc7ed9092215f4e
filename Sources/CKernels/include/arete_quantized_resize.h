// Bilinear and nearest-neighbour resizing of NHWC images within one quantization.
#pragma once
#include "arete_types.h"

/// How output positions meet input positions.
typedef enum {
    ARETE_RESIZE_CORNER = 0,        // position * input / output
    ARETE_RESIZE_ALIGN_CORNERS = 1, // position * (input - 1) / (output - 1)
    ARETE_RESIZE_HALF_PIXEL = 2,    // (position + 1/2) * input / output - 1/2
} arete_resize_alignment;

typedef enum {
    ARETE_RESIZE_FIXED = 0, // INT8, INT16 of the reference kernels: weights of 10 bits, ties away from zero
    ARETE_RESIZE_FLOAT = 1, // UINT8 of the reference kernels: float weights, ties upwards
    ARETE_RESIZE_FAST = 2,  // XNNPACK: weights of 11 bits, ties upwards; 8-bit types
} arete_resize_arithmetic;

typedef struct {
    size_t batch, input_height, input_width, output_height, output_width, channels;
    arete_resize_alignment alignment;
    arete_resize_arithmetic arithmetic;
    arete_element_type type; // INT8, UINT8 or INT16
} arete_quantized_resize;

/// Computes output rows `begin` to `end` of batch x output_height. `scratch` is 64-byte aligned, one piece per
/// concurrent call.
void arete_quantized_resize_bilinear(const arete_quantized_resize *resize, const void *input, void *output,
                                     size_t begin, size_t end, void *scratch);

/// Computes output row `row` of batch x output_height, and writes it to `output`.
void arete_quantized_resize_row(const arete_quantized_resize *resize, const void *input, size_t row, void *output);

/// Bytes of scratch of one call, for every instruction set.
size_t arete_quantized_resize_scratch(const arete_quantized_resize *resize);

/// Between which two positions of the input an output position lies, in ARETE_RESIZE_FAST: the second has `weight` of
/// 2048 parts.
typedef struct {
    size_t first, second;
    int32_t weight;
} arete_resize_place;

arete_resize_place arete_resize_place_at(arete_resize_alignment alignment, size_t at, size_t input, size_t output);

/// Input position of an output position for nearest-neighbour resizing. `half_pixel` may go with `align_corners`.
size_t arete_nearest_position(size_t output_position, size_t input_size, size_t output_size, bool align_corners,
                              bool half_pixel);
