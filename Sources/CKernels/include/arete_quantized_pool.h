// Average and maximum pools over NHWC images of 8-bit and 16-bit values.
#pragma once
#include "arete_conv.h"
#include "arete_types.h"

/// A pool within one quantization. Padding takes no part.
typedef struct {
    arete_window window;      // input_channels == output_channels
    arete_element_type type;  // INT8, UINT8 or INT16
    int32_t minimum, maximum; // fused activation, or the type's range
} arete_quantized_pool;

/// Computes output pixels `begin` to `end` of batch x output_height x output_width. Averages of stored values are
/// rounded to nearest, ties away from zero. A window that holds no input gives `minimum`.
void arete_quantized_average_pool(const arete_quantized_pool *pool, const void *input, void *output, size_t begin,
                                  size_t end);
void arete_quantized_max_pool(const arete_quantized_pool *pool, const void *input, void *output, size_t begin,
                              size_t end);
