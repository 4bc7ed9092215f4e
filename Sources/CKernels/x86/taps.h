// Depthwise convolutions tap by tap: some pixels of a row times some vectors of channels. Included once for each
// instruction set and type, inside its target region, after a header that defines: vec, LANES, ELEMENT (bytes of an
// activation), the functions load_bias, load_activations, load_some, load_weights, multiply_add, finish_pixel,
// pack_tap, result_bytes and takes_types, and the macro TAPS(name) that gives names.
#include "taps_plan.h"

enum { TAPS(PIXELS) = 6 };

typedef struct {
    const arete_packed_conv *layer;
    const uint8_t *packed;
    const taps_tap *taps;
    size_t count, pixel_pitch;
    size_t column_pitch; // of the image
    size_t three; // 1 or 2, the step of windows whose taps are columns side by side in rows of three; 0 for others
    bool skips_first, skips_last; // of `three`: the first column of the first pixel, the last of the last, is outside
} TAPS(row);

__attribute__((always_inline)) static inline void TAPS(begin_sums)(const TAPS(row) * row, size_t channel,
                                                                   const size_t pixels, const size_t vectors,
                                                                   vec sums[TAPS(PIXELS)][2]) {
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) {
        const vec bias = load_bias((const int32_t *)(const void *)row->packed + channel + v * LANES);
#pragma clang loop unroll(full)
        for (size_t p = 0; p < pixels; p++) {
            sums[p][v] = bias;
        }
    }
}

__attribute__((always_inline)) static inline void TAPS(finish_sums)(const TAPS(row) * row, size_t channel, size_t end,
                                                                    const size_t pixels, const size_t vectors,
                                                                    const vec sums[TAPS(PIXELS)][2], uint8_t *output) {
    const size_t pixel_bytes = row->layer->output_stride * result_bytes(row->layer);
#pragma clang loop unroll(full)
    for (size_t p = 0; p < pixels; p++) {
        finish_pixel(row->layer, sums[p], vectors, channel, end, output + p * pixel_bytes);
    }
}

// `pixels` neighbours of `vectors` vectors of channels from `channel` on; only where not `whole` they may end at `end`.
__attribute__((always_inline)) static inline void TAPS(tile)(const TAPS(row) * row, const uint8_t *input,
                                                             size_t channel, size_t end, const size_t pixels,
                                                             const size_t vectors, const bool whole, uint8_t *output) {
    vec sums[TAPS(PIXELS)][2];
    TAPS(begin_sums)(row, channel, pixels, vectors, sums);
    for (size_t t = 0; t < row->count; t++) {
        const uint8_t *source = input + row->taps[t].input + channel * ELEMENT;
        const uint8_t *weights = row->packed + row->taps[t].weights + channel * 4;
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) {
            const vec w = load_weights(weights + v * LANES * 4);
#pragma clang loop unroll(full)
            for (size_t p = 0; p < pixels; p++) {
                const uint8_t *at = source + p * row->pixel_pitch + v * LANES * ELEMENT;
                const vec x = whole ? load_activations(at) : load_some(at, end - channel);
                sums[p][v] = multiply_add(sums[p][v], x, w);
            }
        }
    }
    TAPS(finish_sums)(row, channel, end, pixels, vectors, sums, output);
}

// The same where a row of the window is three columns side by side and `step` columns lie between windows: each column
// is loaded once for all pixels, and left out where it is not of the image. A pixel's products still come in the order
// of its taps. 6 pixels of step 1 take 8 loads of activations and 3 of weights for 18 multiply-adds, which are as many
// cycles as those.
__attribute__((always_inline)) static inline void TAPS(tile_of_three)(const TAPS(row) * row, const uint8_t *input,
                                                                      size_t channel, size_t end, const size_t pixels,
                                                                      const size_t vectors, const bool whole,
                                                                      const size_t step, uint8_t *output) {
    vec sums[TAPS(PIXELS)][2];
    TAPS(begin_sums)(row, channel, pixels, vectors, sums);
    const size_t tap_bytes = taps_channels(row->layer) * 4;
    const bool skips_first = row->skips_first, skips_last = row->skips_last;
    for (size_t t = 0; t < row->count; t += 3) {
        const uint8_t *source = input + row->taps[t].input + channel * ELEMENT;
        const uint8_t *weights = row->packed + row->taps[t].weights + channel * 4;
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) {
            const uint8_t *of_vector = weights + v * LANES * 4;
            const vec w[3] = {load_weights(of_vector), load_weights(of_vector + tap_bytes),
                              load_weights(of_vector + 2 * tap_bytes)};
#pragma clang loop unroll(full)
            for (size_t c = 0; c < (pixels - 1) * step + 3; c++) {
                if ((c == 0 && skips_first) || (c == (pixels - 1) * step + 2 && skips_last)) {
                    continue;
                }
                const uint8_t *at = source + c * row->column_pitch + v * LANES * ELEMENT;
                const vec x = whole ? load_activations(at) : load_some(at, end - channel);
#pragma clang loop unroll(full)
                for (size_t p = 0; p < pixels; p++) {
                    if (p * step <= c && c < p * step + 3) {
                        sums[p][v] = multiply_add(sums[p][v], x, w[c - p * step]);
                    }
                }
            }
        }
    }
    TAPS(finish_sums)(row, channel, end, pixels, vectors, sums, output);
}

typedef void (*TAPS(tile_function))(const TAPS(row) *, const uint8_t *input, size_t channel, size_t end,
                                    uint8_t *output);

// Tiles by their channels: a part of a vector, one vector, two.
#define TILES(P) TILE(P, part, 1, false) TILE(P, one, 1, true) TILE(P, two, 2, true)
#define TILE(P, NAME, VECTORS, WHOLE)                                                                                  \
    static void TAPS(tile_##P##_##NAME)(const TAPS(row) * row, const uint8_t *input, size_t channel, size_t end,       \
                                        uint8_t *output) {                                                             \
        TAPS(tile)(row, input, channel, end, P, VECTORS, WHOLE, output);                                               \
    }
TILES(1)
TILES(2)
TILES(4)
TILES(6)
#undef TILE
#define TILE(P, NAME, VECTORS, WHOLE)                                                                                  \
    static void TAPS(tile_##P##_##NAME##_step_1)(const TAPS(row) * row, const uint8_t *input, size_t channel,          \
                                                 size_t end, uint8_t *output) {                                        \
        TAPS(tile_of_three)(row, input, channel, end, P, VECTORS, WHOLE, 1, output);                                   \
    }                                                                                                                  \
    static void TAPS(tile_##P##_##NAME##_step_2)(const TAPS(row) * row, const uint8_t *input, size_t channel,          \
                                                 size_t end, uint8_t *output) {                                        \
        TAPS(tile_of_three)(row, input, channel, end, P, VECTORS, WHOLE, 2, output);                                   \
    }
TILES(1)
TILES(2)
TILES(4)
TILES(6)
#undef TILE
#undef TILES

#define TILE_ROW(P, STEP)                                                                                              \
    { TAPS(tile_##P##_part##STEP), TAPS(tile_##P##_one##STEP), TAPS(tile_##P##_two##STEP) }
// By `three`, and by the number of pixels, rounded down to a multiple of two.
static const TAPS(tile_function) TAPS(tiles)[3][TAPS(PIXELS) / 2 + 1][3] = {
    {TILE_ROW(1, ), TILE_ROW(2, ), TILE_ROW(4, ), TILE_ROW(6, )},
    {TILE_ROW(1, _step_1), TILE_ROW(2, _step_1), TILE_ROW(4, _step_1), TILE_ROW(6, _step_1)},
    {TILE_ROW(1, _step_2), TILE_ROW(2, _step_2), TILE_ROW(4, _step_2), TILE_ROW(6, _step_2)}};
#undef TILE_ROW

// `pixels` neighbours with the same taps, all channels; those of `three` are taps of the pixels that have them.
static void TAPS(run_pixels)(const TAPS(row) * all, const uint8_t *input, size_t pixels, uint8_t *output) {
    TAPS(row) part = *all, *row = &part;
    const size_t channels = row->layer->conv.window.output_channels;
    const size_t pixel_bytes = row->layer->output_stride * result_bytes(row->layer);
    for (size_t channel = 0, vectors; channel < channels; channel += (vectors + (vectors == 0)) * LANES) {
        vectors = (channels - channel) / LANES < 2 ? (channels - channel) / LANES : 2;
        for (size_t p = 0, next; p < pixels; p = next) {
            const size_t left = pixels - p < TAPS(PIXELS) ? pixels - p : TAPS(PIXELS);
            next = p + (left < 2 ? 1 : left / 2 * 2);
            part.skips_first = all->skips_first && p == 0;
            part.skips_last = all->skips_last && next == pixels;
            TAPS(tiles)
            [row->three][left / 2][vectors](row, input + p * row->pixel_pitch, channel, channels,
                                            output + p * pixel_bytes);
        }
    }
}

static void TAPS(run_row)(const arete_packed_conv *layer, const uint8_t *input, const uint8_t *packed, uint8_t *output,
                          size_t index, taps_tap *taps) {
    const arete_window *w = &layer->conv.window;
    const size_t batch = index / w->output_height, y = index % w->output_height;
    const size_t image = batch * w->input_height * w->input_width * layer->input_stride;
    size_t top, bottom;
    taps_inside(y, w->stride_height, w->pad_top, w->dilation_height, w->kernel_height, w->input_height, &top, &bottom);
    TAPS(row)
    row = {.layer = layer,
           .packed = packed,
           .taps = taps,
           .pixel_pitch = w->stride_width * layer->input_stride,
           .column_pitch = layer->input_stride};
    output += (batch * layer->output_image_stride + y * layer->output_row_stride) * result_bytes(layer);
    const bool is_whole = taps_is_row_of_three(w);
    row.skips_first = is_whole && w->pad_left == 1;
    row.skips_last = is_whole && taps_row_end(w) > (ptrdiff_t)w->input_width;
    for (size_t x = 0; x < w->output_width;) {
        size_t left = 0, right = w->kernel_width, next = is_whole ? w->output_width : x + 1;
        if (!is_whole) {
            taps_inside(x, w->stride_width, w->pad_left, w->dilation_width, w->kernel_width, w->input_width, &left,
                        &right);
            if (left == 0 && right == w->kernel_width) {
                next = taps_inside_end(w);
            }
        }
        for (; next < w->output_width; next++) {
            size_t l, r;
            taps_inside(next, w->stride_width, w->pad_left, w->dilation_width, w->kernel_width, w->input_width, &l, &r);
            if (l != left || r != right) {
                break;
            }
        }
        row.three = right - left == 3 && w->dilation_width == 1 && w->stride_width <= 2 ? w->stride_width : 0;
        row.count = 0;
        for (size_t ky = top; ky < bottom; ky++) {
            const ptrdiff_t line = (ptrdiff_t)(y * w->stride_height + ky * w->dilation_height) - w->pad_top;
            for (size_t kx = left; kx < right; kx++) {
                const ptrdiff_t column = (ptrdiff_t)(x * w->stride_width + kx * w->dilation_width) - w->pad_left;
                taps[row.count].input = (line * (ptrdiff_t)w->input_width + column) * (ptrdiff_t)layer->input_stride;
                taps[row.count++].weights = (1 + ky * w->kernel_width + kx) * taps_channels(layer) * 4;
            }
        }
        TAPS(run_pixels)(&row, input + image, next - x, output + x * layer->output_stride * result_bytes(layer));
        x = next;
    }
    if (arete_float_function_exists(&layer->function)) {
        arete_float_function_apply(&layer->function, (float *)(void *)output, layer->output_stride, w->output_width,
                                   w->output_channels);
    }
}

static size_t TAPS(pack)(const arete_packed_conv *layer, const void *weights, const void *bias, void *packed) {
    const arete_window *w = &layer->conv.window;
    const size_t channels = w->output_channels, taps = w->kernel_height * w->kernel_width;
    uint8_t *target = packed;
    memset(packed, 0, taps_packed_bytes(layer));
    if (bias) {
        memcpy(target, bias, channels * 4);
    }
    for (size_t t = 0; t < taps; t++) {
        pack_tap(weights, t * channels, channels, target + (1 + t) * taps_channels(layer) * 4);
    }
    return taps_packed_bytes(layer);
}

static size_t TAPS(scratch_bytes)(const arete_packed_conv *layer) {
    return layer->conv.window.kernel_height * layer->conv.window.kernel_width * sizeof(taps_tap) + 64;
}

static void TAPS(run)(const arete_packed_conv *layer, const void *input, const void *packed, void *output, size_t begin,
                      size_t end, void *scratch) {
    for (size_t index = begin; index < end; index++) {
        TAPS(run_row)(layer, input, packed, output, index, scratch);
    }
}

static bool TAPS(takes)(const arete_packed_conv *layer) { return takes_types(layer) && taps_takes(layer); }

const arete_packed_conv_kernel TAPS(kernel) = {TAPS(takes), taps_packed_bytes, TAPS(pack), TAPS(scratch_bytes),
                                               taps_units,  TAPS(run),         NULL,       NULL};
