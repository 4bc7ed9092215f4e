// Convolutions of float tensors: directly, and as matrices for a product that is computed elsewhere.
#pragma once
#include "arete_stencil.h"

/// x [batch][x_channels][input] and y [batch][y_channels][output], or [batch][input][x_channels] and so on when
/// channels are last. For transposed convolutions the stencil is that of the convolution which leads from y back to x:
/// its input is y's extent, its output x's.
///
/// Weights of a convolution: [y_channels][x_channels / groups][kernel]; channels last: [y_channels][kernel][x_channels
/// / groups]. Of a transposed one: [x_channels][y_channels / groups][kernel]; channels last:
/// [y_channels][kernel][x_channels] with one group. Of a depthwise one, channels last: [kernel][y_channels], y_channels
/// = x_channels * multiplier.
typedef struct {
    arete_stencil stencil;
    size_t batch, x_channels, y_channels, groups;
    bool channels_last;
} arete_float_conv_plan;

/// Computes units begin ..< end of y, each in an order of its own that does not depend on the range. `bias`
/// [y_channels] may be null.
typedef void (*arete_float_conv_function)(const arete_float_conv_plan *plan, const void *x, const void *weights,
                                          const void *bias, void *y, size_t begin, size_t end);

/// Units of `arete_direct_conv`: rows of y (channels first) or places (channels last).
size_t arete_direct_conv_units(const arete_float_conv_plan *plan);
/// For float32, float64, and float16 computed in float; null otherwise.
ARETE_AT_LOAD arete_float_conv_function arete_direct_conv(arete_element_type type);

/// Channels last, groups = x_channels; units are places of y. For other depthwise convolutions use the direct one.
size_t arete_depthwise_float_units(const arete_float_conv_plan *plan);
/// For float32 and float64; null otherwise.
ARETE_AT_LOAD arete_float_conv_function arete_depthwise_float(arete_element_type type);

/// Units of `arete_direct_conv_transpose`: channels of y (channels first) or places (channels last).
size_t arete_direct_conv_transpose_units(const arete_float_conv_plan *plan);
/// For float32 and float64; null otherwise.
ARETE_AT_LOAD arete_float_conv_function arete_direct_conv_transpose(arete_element_type type);

/// Rows of the matrix that `arete_im2col` writes: channels * kernel points.
size_t arete_im2col_rows(const arete_stencil *stencil, size_t channels);

/// Channels first: rows begin ..< end of the matrix [channels * kernel][count] whose columns are the taps of output
/// places first ..< first + count; x points at the first channel of an image or of a group in it. Padding is 0.
typedef void (*arete_im2col_function)(const arete_stencil *stencil, const void *x, size_t first, size_t count,
                                      void *matrix, size_t begin, size_t end);
/// For types of 1, 2, 4 and 8 bytes whose zero is all zero bits.
ARETE_AT_LOAD arete_im2col_function arete_im2col(size_t element_size);

/// Channels last: rows begin ..< end (output places of one image) of the matrix [places][kernel * channels], from
/// `channels` of the x_channels channels; x points at the first of them. The matrix begins with row `begin`.
void arete_im2row(const arete_stencil *stencil, size_t element_size, size_t x_channels, size_t channels, const void *x,
                  void *matrix, size_t begin, size_t end);

/// Channels first, the inverse sum for transposed convolutions: channels begin ..< end of y (one image or group) become
/// bias (may be null) plus the elements of the matrix [channels * kernel][places of x] that fall on them.
typedef void (*arete_col2im_function)(const arete_stencil *stencil, const void *matrix, const void *bias, void *y,
                                      size_t begin, size_t end);
/// For float32 and float64; null otherwise.
ARETE_AT_LOAD arete_col2im_function arete_col2im(arete_element_type type);
