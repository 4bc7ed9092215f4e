// Quantized convolutions over NHWC images: dense, grouped, depthwise, transposed.
#pragma once
#include "arete_requantize.h"
#include "arete_types.h"

/// Geometry of a window that slides over NHWC images.
typedef struct {
    size_t batch;
    size_t input_height, input_width, input_channels;
    size_t output_height, output_width, output_channels;
    size_t kernel_height, kernel_width;
    size_t stride_height, stride_width;
    size_t dilation_height, dilation_width;
    ptrdiff_t pad_top, pad_left; // rows and columns of zero point before the first input row and column
} arete_window;

/// A convolution and its quantization. The accumulator of output channel c is
/// bias[c] + sum of (input - input_zero_point) * (weight - weight_zero_points[c * weight_zero_point_step]).
typedef struct {
    arete_window window;
    size_t groups;                     // of input channels; depthwise and transposed convolutions ignore it
    int32_t input_zero_point;          // 0 with 64-bit sums
    const int32_t *weight_zero_points; // NULL: all zero
    size_t weight_zero_point_step;     // 1: one per output channel; 0: one for all
    arete_requantization requantization;
} arete_conv;

/// Computes output pixels `begin` to `end` of batch x output_height x output_width.
/// `bias` may be NULL; its entries are int32, or int64 in the entries named s16_wide. `scratch` has the bytes that the
/// family's scratch function tells, 16-byte aligned, one piece per concurrent call.
typedef void (*arete_conv_function)(const arete_conv *conv, const void *input, const void *weights, const void *bias,
                                    void *output, size_t begin, size_t end, void *scratch);

/// One entry per pair of activation and weight types; weights are 8-bit (4-bit weights unpacked to int8).
struct arete_conv_entries {
    arete_conv_function s8;       // int8 activations, int8 weights
    arete_conv_function u8;       // uint8 activations, uint8 weights
    arete_conv_function u8s8;     // uint8 activations, int8 weights
    arete_conv_function s8u8;     // int8 activations, uint8 weights
    arete_conv_function s16;      // int16 activations, int8 weights, 32-bit accumulators
    arete_conv_function s16_wide; // int16 activations, int8 weights, 64-bit accumulators
};

struct arete_conv_kernels {
    struct arete_conv_entries conv2d;    // weights [output_channels][kh][kw][input_channels / groups]
    struct arete_conv_entries depthwise; // weights [kh][kw][output_channels]; output channel c reads c / multiplier
    struct arete_conv_entries transpose; // weights [output_channels][kh][kw][input_channels]; pads cut the output
};

/// Bytes of scratch of one call: O(kernel area * input channels + output channels), independent of the image's size.
size_t arete_conv2d_scratch(const arete_conv *conv);
size_t arete_depthwise_scratch(const arete_conv *conv);
size_t arete_transpose_conv_scratch(const arete_conv *conv);
