// Transposed convolution: each output pixel gathers the input pixels and weights that reach it.
#include "conv_entries.h"
#include "tile.h"

size_t arete_transpose_conv_scratch(const arete_conv *conv) {
    const arete_window *w = &conv->window;
    return w->output_channels * sizeof(int64_t) + 64 +
           (w->kernel_height * w->kernel_width + 1) * w->input_channels * sizeof(int16_t) +
           w->kernel_height * w->kernel_width * sizeof(size_t);
}

typedef struct {
    int64_t *wide;
    int32_t *narrow;
    size_t *taps;     // kernel positions that reach the pixel
    int16_t *rows;    // their input channels, one after the other
    int16_t *weights; // one row of weights
} transpose_scratch;

static transpose_scratch pieces(const arete_window *w, void *scratch) {
    int64_t *sums = scratch;
    size_t area = w->kernel_height * w->kernel_width;
    size_t *taps = (size_t *)(sums + w->output_channels);
    int16_t *rows = (int16_t *)(taps + area);
    return (transpose_scratch){sums, (int32_t *)sums, taps, rows, rows + area * w->input_channels};
}

// Input coordinate that kernel position k joins with output coordinate `at`; negative: none.
static ptrdiff_t source(size_t at, ptrdiff_t pad, size_t k, size_t dilation, size_t stride, size_t extent) {
    ptrdiff_t scaled = (ptrdiff_t)at + pad - (ptrdiff_t)(k * dilation);
    if (scaled < 0 || (size_t)scaled % stride != 0 || (size_t)scaled / stride >= extent) {
        return -1;
    }
    return scaled / (ptrdiff_t)stride;
}

static size_t gather(const arete_conv *conv, const arete_operand_types *types, const uint8_t *input, size_t pixel,
                     const transpose_scratch *p) {
    const arete_window *w = &conv->window;
    size_t row = pixel / w->output_width, batch = row / w->output_height, count = 0;
    for (size_t ky = 0; ky < w->kernel_height; ky++) {
        ptrdiff_t y =
            source(row % w->output_height, w->pad_top, ky, w->dilation_height, w->stride_height, w->input_height);
        for (size_t kx = 0; y >= 0 && kx < w->kernel_width; kx++) {
            ptrdiff_t x =
                source(pixel % w->output_width, w->pad_left, kx, w->dilation_width, w->stride_width, w->input_width);
            if (x < 0) {
                continue;
            }
            size_t at = ((batch * w->input_height + (size_t)y) * w->input_width + (size_t)x) * w->input_channels;
            types->input(input + at * types->input_size, w->input_channels, conv->input_zero_point,
                         p->rows + count * w->input_channels);
            p->taps[count++] = ky * w->kernel_width + kx;
        }
    }
    return count;
}

static uint32_t dot(const int16_t *restrict a, const int16_t *restrict b, size_t n) {
    uint32_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += (uint32_t)(a[i] * b[i]);
    }
    return sum;
}

static int64_t dot_wide(const int16_t *a, const int16_t *b, size_t n) {
    int64_t sum = 0;
    for (size_t i = 0; i < n; i += ARETE_WIDE_CHUNK) {
        sum += (int32_t)dot(a + i, b + i, n - i < ARETE_WIDE_CHUNK ? n - i : ARETE_WIDE_CHUNK);
    }
    return sum;
}

static void sum_pixel(const arete_conv *conv, const arete_operand_types *types, const uint8_t *weights,
                      const void *bias, size_t taps, const transpose_scratch *p) {
    const arete_window *w = &conv->window;
    const size_t depth = w->input_channels, area = w->kernel_height * w->kernel_width;
    const arete_zero_points zero_points = {conv->weight_zero_points, conv->weight_zero_point_step};
    for (size_t c = 0; c < w->output_channels; c++) {
        int32_t zero_point = arete_zero_point_of(zero_points, c);
        uint32_t narrow = bias && !types->wide ? (uint32_t)((const int32_t *)bias)[c] : 0;
        int64_t wide = bias && types->wide ? ((const int64_t *)bias)[c] : 0;
        for (size_t t = 0; t < taps; t++) {
            types->weights(weights + (c * area + p->taps[t]) * depth, depth, zero_point, p->weights);
            if (types->wide) {
                wide += dot_wide(p->rows + t * depth, p->weights, depth);
            } else {
                narrow += dot(p->rows + t * depth, p->weights, depth);
            }
        }
        if (types->wide) {
            p->wide[c] = wide;
        } else {
            p->narrow[c] = (int32_t)narrow;
        }
    }
}

static void transpose_conv(const arete_conv *conv, const arete_operand_types *types, const uint8_t *input,
                           const uint8_t *weights, const void *bias, uint8_t *output, size_t begin, size_t end,
                           void *scratch) {
    const arete_window *w = &conv->window;
    const size_t pixel_bytes = w->output_channels * arete_output_size(conv->requantization.output);
    const transpose_scratch p = pieces(w, scratch);
    for (size_t pixel = begin; pixel < end; pixel++) {
        sum_pixel(conv, types, weights, bias, gather(conv, types, input, pixel, &p), &p);
        if (types->wide) {
            arete_requantize_row_s64(p.wide, w->output_channels, 0, &conv->requantization,
                                     output + pixel * pixel_bytes);
        } else {
            arete_requantize_row(p.narrow, w->output_channels, 0, &conv->requantization, output + pixel * pixel_bytes);
        }
    }
}

ARETE_DEFINE_CONV_ENTRIES(transpose_conv)
