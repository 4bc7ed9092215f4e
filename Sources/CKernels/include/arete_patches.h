// Float convolution as a matrix product: the patches under a sliding window as a matrix, and what follows the product.
#pragma once
#include "arete_types.h"

/// How a two-dimensional window slides over one image.
typedef struct {
    size_t channels;      // that one product takes: the channels of a group
    size_t channel_count; // of the whole image, which separate pixels when channels are last
    size_t input_height, input_width;
    size_t output_height, output_width;
    size_t kernel_height, kernel_width;
    size_t stride_height, stride_width;
    size_t dilation_height, dilation_width;
    ptrdiff_t pad_top, pad_left; // rows and columns of zeros before the first
} arete_patches;

/// Channels first: row (channel, ky, kx) of the matrix holds that element of the window at output pixels begin ..< end.
/// `image` points to the group's first channel. Writes channels * kernel area * (end - begin) floats.
void arete_f32_patch_columns(const arete_patches *patches, const float *restrict image, float *restrict matrix,
                             size_t begin, size_t end);

/// Channels last: row p of the matrix holds (ky, kx, channel) of the window at output pixel begin + p.
/// `image` points to the group's first channel of the first pixel. Writes as many floats.
void arete_f32_patch_rows(const arete_patches *patches, const float *restrict image, float *restrict matrix,
                          size_t begin, size_t end);

/// Adds a bias and clamps to [low, high], in place: `values` has `rows` rows of `columns`, `row_stride` floats apart.
/// The bias (NULL: none) has one entry a row, or one a column.
void arete_f32_finish(float *values, size_t rows, size_t columns, size_t row_stride, const float *bias,
                      bool bias_per_row, float low, float high);
