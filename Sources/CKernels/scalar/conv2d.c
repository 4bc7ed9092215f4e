// Dense and grouped convolution: tiles of pixels are gathered into int16 rows, then multiplied by the weights.
#include "conv_entries.h"
#include "tile.h"

size_t arete_conv2d_scratch(const arete_conv *conv) {
    const arete_window *w = &conv->window;
    size_t depth = w->kernel_height * w->kernel_width * (w->input_channels / conv->groups);
    return arete_tile_scratch(depth, w->output_channels + 1);
}

typedef struct {
    size_t batch, y, x;
} pixel;

static pixel pixel_at(const arete_window *w, size_t index) {
    size_t row = index / w->output_width;
    return (pixel){row / w->output_height, row % w->output_height, index % w->output_width};
}

static void fill(int16_t *restrict target, size_t count, int32_t value) {
    for (size_t i = 0; i < count; i++) {
        target[i] = (int16_t)value;
    }
}

// One kernel row of a pixel's window: columns outside the image are zero points.
static void gather_row(const arete_conv *conv, const arete_operand_types *types, const uint8_t *line, ptrdiff_t x,
                       size_t channel, size_t channels, int16_t *row) {
    const arete_window *w = &conv->window;
    const int32_t zero = arete_widened_zero(types, conv->input_zero_point);
    bool inside = x >= 0 && x + (ptrdiff_t)w->kernel_width <= (ptrdiff_t)w->input_width;
    if (inside && w->dilation_width == 1 && conv->groups == 1) {
        types->input(line + (size_t)x * channels * types->input_size, w->kernel_width * channels, zero, row);
        return;
    }
    for (size_t k = 0; k < w->kernel_width; k++, row += channels, x += (ptrdiff_t)w->dilation_width) {
        if (x < 0 || x >= (ptrdiff_t)w->input_width) {
            fill(row, channels, conv->input_zero_point - zero);
        } else {
            types->input(line + ((size_t)x * w->input_channels + channel) * types->input_size, channels, zero, row);
        }
    }
}

static void gather(const arete_conv *conv, const arete_operand_types *types, const uint8_t *input, pixel p,
                   size_t channel, size_t channels, int16_t *row) {
    const arete_window *w = &conv->window;
    size_t line = w->input_width * w->input_channels * types->input_size;
    ptrdiff_t y = (ptrdiff_t)(p.y * w->stride_height) - w->pad_top;
    ptrdiff_t x = (ptrdiff_t)(p.x * w->stride_width) - w->pad_left;
    for (size_t k = 0; k < w->kernel_height; k++, y += (ptrdiff_t)w->dilation_height) {
        if (y < 0 || y >= (ptrdiff_t)w->input_height) {
            fill(row, w->kernel_width * channels,
                 conv->input_zero_point - arete_widened_zero(types, conv->input_zero_point));
        } else {
            gather_row(conv, types, input + (p.batch * w->input_height + (size_t)y) * line, x, channel, channels, row);
        }
        row += w->kernel_width * channels;
    }
}

static void conv2d(const arete_conv *conv, const arete_operand_types *types, const uint8_t *input,
                   const uint8_t *weights, const void *bias, uint8_t *output, size_t begin, size_t end, void *scratch) {
    const arete_window *w = &conv->window;
    const size_t group_inputs = w->input_channels / conv->groups;
    const size_t group_outputs = w->output_channels / conv->groups;
    const size_t depth = w->kernel_height * w->kernel_width * group_inputs;
    const arete_zero_points zero_points = {conv->weight_zero_points, conv->weight_zero_point_step};
    const size_t pixel_bytes = w->output_channels * arete_output_size(conv->requantization.output);
    arete_tile tile = arete_tile_in(scratch, depth, w->output_channels + 1);
    tile.row_zero = conv->input_zero_point - arete_widened_zero(types, conv->input_zero_point);
    for (size_t first = begin; first < end; first += ARETE_TILE_ROWS) {
        size_t count = end - first < ARETE_TILE_ROWS ? end - first : ARETE_TILE_ROWS;
        arete_tile_start(&tile, bias, 0, 0, w->output_channels, types->wide);
        for (size_t g = 0; g < conv->groups; g++) {
            for (size_t i = 0; i < count; i++) {
                gather(conv, types, input, pixel_at(w, first + i), g * group_inputs, group_inputs,
                       tile.rows + i * tile.padded);
            }
            arete_tile_multiply(&tile, types, weights + g * group_outputs * depth, zero_points, g * group_outputs,
                                group_outputs, g * group_outputs, count);
        }
        for (size_t i = 0; i < count; i++) {
            arete_tile_store(&tile, i, w->output_channels, 0, &conv->requantization, types->wide,
                             output + (first + i) * pixel_bytes);
        }
    }
}

ARETE_DEFINE_CONV_ENTRIES(conv2d)
