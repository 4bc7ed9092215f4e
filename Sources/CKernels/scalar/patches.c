// The patches of a float image as a matrix.
#include "arete_patches.h"
#include <string.h>

void arete_f32_patch_columns(const arete_patches *patches, const float *restrict image, float *restrict matrix,
                             size_t begin, size_t end) {
    const arete_patches p = *patches;
    const size_t plane = p.input_height * p.input_width;
    for (size_t c = 0; c < p.channels; c++) {
        for (size_t ky = 0; ky < p.kernel_height; ky++) {
            for (size_t kx = 0; kx < p.kernel_width; kx++) {
                const float *source = image + c * plane;
                size_t y = begin / p.output_width, x = begin % p.output_width;
                size_t left = end - begin;
                while (left > 0) {
                    const size_t run = left < p.output_width - x ? left : p.output_width - x;
                    const ptrdiff_t row = (ptrdiff_t)(y * p.stride_height + ky * p.dilation_height) - p.pad_top;
                    const ptrdiff_t first = (ptrdiff_t)(x * p.stride_width + kx * p.dilation_width) - p.pad_left;
                    if (row < 0 || row >= (ptrdiff_t)p.input_height) {
                        memset(matrix, 0, run * sizeof *matrix);
                    } else {
                        const float *line = source + (size_t)row * p.input_width;
                        for (size_t i = 0; i < run; i++) {
                            const ptrdiff_t column = first + (ptrdiff_t)(i * p.stride_width);
                            matrix[i] = column >= 0 && column < (ptrdiff_t)p.input_width ? line[column] : 0;
                        }
                    }
                    matrix += run;
                    left -= run;
                    x = 0;
                    y++;
                }
            }
        }
    }
}

void arete_f32_patch_rows(const arete_patches *patches, const float *restrict image, float *restrict matrix,
                          size_t begin, size_t end) {
    const arete_patches p = *patches;
    for (size_t pixel = begin; pixel < end; pixel++) {
        const size_t y = pixel / p.output_width, x = pixel % p.output_width;
        for (size_t ky = 0; ky < p.kernel_height; ky++) {
            const ptrdiff_t row = (ptrdiff_t)(y * p.stride_height + ky * p.dilation_height) - p.pad_top;
            for (size_t kx = 0; kx < p.kernel_width; kx++) {
                const ptrdiff_t column = (ptrdiff_t)(x * p.stride_width + kx * p.dilation_width) - p.pad_left;
                const bool inside = row >= 0 && row < (ptrdiff_t)p.input_height && column >= 0 &&
                                    column < (ptrdiff_t)p.input_width;
                if (inside) {
                    const size_t offset = ((size_t)row * p.input_width + (size_t)column) * p.channel_count;
                    memcpy(matrix, image + offset, p.channels * sizeof *matrix);
                } else {
                    memset(matrix, 0, p.channels * sizeof *matrix);
                }
                matrix += p.channels;
            }
        }
    }
}

void arete_f32_finish(float *values, size_t rows, size_t columns, size_t row_stride, const float *bias,
                      bool bias_per_row, float low, float high) {
    for (size_t r = 0; r < rows; r++) {
        float *row = values + r * row_stride;
        if (bias && bias_per_row) {
            for (size_t c = 0; c < columns; c++) row[c] += bias[r];
        } else if (bias) {
            for (size_t c = 0; c < columns; c++) row[c] += bias[c];
        }
        for (size_t c = 0; c < columns; c++) {
            const float v = row[c] < low ? low : row[c];
            row[c] = v > high ? high : v;
        }
    }
}
