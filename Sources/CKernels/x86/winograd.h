// 3x3 convolutions of floats in Winograd's form. To be included inside the target region, after dense.h with floats,
// whose tiles multiply the frequencies.
#include "winograd_plan.h"

// Where the pieces of a call's scratch are.
typedef struct {
    float *zeros;       // a pixel, or a panel of bias
    float *frequencies; // [16][tiles][inputs]
    float *sums;        // [tiles][16][channels of a panel]
} winograd_scratch;

static size_t winograd_zeros(const winograd_plan *plan) {
    return dense_parts(dense_most(plan->inputs, PANEL_VECTORS * LANES), 16) * 16;
}

static winograd_scratch winograd_pieces(const winograd_plan *plan, void *scratch) {
    float *zeros = scratch, *frequencies = zeros + winograd_zeros(plan);
    return (winograd_scratch){zeros, frequencies, frequencies + WINOGRAD_FREQUENCIES * plan->frequency_pitch};
}

LANES_INLINE void winograd_difference(const floats d[4], floats t[4]) {
    t[0] = d[0] - d[2];
    t[1] = d[1] + d[2];
    t[2] = d[2] - d[1];
    t[3] = d[1] - d[3];
}

// Frequencies of LANES channels of a tile, or of the `count` that are left. 16 loads, 32 additions, 16 stores.
LANES_INLINE void winograd_transform(const uint8_t *const pixels[WINOGRAD_FREQUENCIES], size_t channel, size_t count,
                                     float *target, size_t pitch) {
    floats columns[4][4];
#pragma clang loop unroll(full)
    for (size_t x = 0; x < 4; x++) {
        floats d[4];
#pragma clang loop unroll(full)
        for (size_t y = 0; y < 4; y++) {
            const float *source = (const float *)(const void *)pixels[4 * y + x] + channel;
            d[y] = count >= LANES ? floats_load(source) : floats_load_some(source, count);
        }
        winograd_difference(d, columns[x]);
    }
#pragma clang loop unroll(full)
    for (size_t y = 0; y < 4; y++) {
        const floats row[4] = {columns[0][y], columns[1][y], columns[2][y], columns[3][y]};
        floats t[4];
        winograd_difference(row, t);
#pragma clang loop unroll(full)
        for (size_t x = 0; x < 4; x++) {
            float *place = target + (4 * y + x) * pitch + channel;
            floats_store_some(place, t[x], count);
        }
    }
}

// The frequencies of `count` tiles from tile `first` on.
static void winograd_transform_block(const arete_packed_conv *layer, const winograd_plan *plan, const uint8_t *input,
                                     size_t first, size_t count, const winograd_scratch *scratch) {
    for (size_t tile = 0; tile < count; tile++) {
        const uint8_t *pixels[WINOGRAD_FREQUENCIES];
        winograd_pixels(layer, plan, input, first + tile, (const uint8_t *)scratch->zeros, pixels);
        float *target = scratch->frequencies + tile * plan->inputs;
        size_t channel = 0;
        for (; channel + LANES <= plan->inputs; channel += LANES) {
            winograd_transform(pixels, channel, LANES, target, plan->frequency_pitch);
        }
        if (channel < plan->inputs) {
            winograd_transform(pixels, channel, plan->inputs - channel, target, plan->frequency_pitch);
        }
    }
}

// All sums of a block's tiles times one panel. The next frequency's weights are brought near meanwhile.
static void winograd_multiply(const winograd_plan *plan, size_t tiles, size_t vectors, const float *weights,
                              const float *end, const winograd_scratch *scratch) {
    const size_t width = vectors * LANES, none = 0;
    const finish_values finish = {-INFINITY, INFINITY};
    const size_t pieces = dense_parts(tiles, DENSE(shape).most_rows[vectors - 1]);
    DENSE(tile_work)
    t = {.pixel_pitch = plan->inputs * sizeof(float),
         .offsets = &none,
         .segments = 1,
         .steps = plan->inputs,
         .bias = (const int32_t *)(const void *)scratch->zeros,
         .finish = &finish,
         .count = width,
         .output_stride = plan->sums_pitch * sizeof(float)};
    for (size_t f = 0; f < WINOGRAD_FREQUENCIES; f++, weights += plan->inputs * width) {
        const float *next = weights + plan->inputs * width;
        t.weights = (const int8_t *)weights;
        for (size_t piece = 0; piece < pieces; piece++, next += 16 * plan->inputs) {
            const size_t tile = dense_cut(tiles, pieces, piece), rows = dense_cut(tiles, pieces, piece + 1) - tile;
            t.activations = (const uint8_t *)(scratch->frequencies + f * plan->frequency_pitch + tile * plan->inputs);
            t.output = (uint8_t *)(scratch->sums + tile * plan->sums_pitch + f * width);
            t.ahead = (const int8_t *)(next + 16 * plan->inputs <= end ? next : weights);
            DENSE(tiles)[vectors - 1][rows - 1](&t);
        }
    }
}

// The results of one vector of channels of a tile: 16 loads, 24 additions.
LANES_INLINE void winograd_results(const float *sums, size_t width, floats results[4]) {
    floats rows[2][4];
#pragma clang loop unroll(full)
    for (size_t x = 0; x < 4; x++) {
        const floats a = floats_load(sums + x * width), b = floats_load(sums + (4 + x) * width);
        const floats c = floats_load(sums + (8 + x) * width), d = floats_load(sums + (12 + x) * width);
        rows[0][x] = a + b + c;
        rows[1][x] = b - c - d;
    }
#pragma clang loop unroll(full)
    for (size_t y = 0; y < 2; y++) {
        results[2 * y] = rows[y][0] + rows[y][1] + rows[y][2];
        results[2 * y + 1] = rows[y][1] - rows[y][2] - rows[y][3];
    }
}

// Results of a block's tiles, `channels` from channel `first` on: bias, bounds, stores.
static void winograd_finish(const arete_packed_conv *layer, const winograd_plan *plan, const float *bias, size_t tile,
                            size_t tiles, size_t first, size_t channels, size_t width, const float *sums,
                            float *output) {
    const arete_window *w = &layer->conv.window;
    const floats low = floats_of(layer->low), high = floats_of(layer->high);
    for (size_t t = 0; t < tiles; t++, sums += plan->sums_pitch) {
        const winograd_place place = winograd_place_of(plan, tile + t);
        const bool below = place.y + 1 < w->output_height, beside = place.x + 1 < w->output_width;
        float *target = output + winograd_output_at(layer, place) + first;
        for (size_t c = 0; c < channels; c += LANES) {
            floats results[4];
            winograd_results(sums + c, width, results);
            const floats start = floats_load(bias + first + c);
#pragma clang loop unroll(full)
            for (size_t i = 0; i < 4; i++) {
                if ((i < 2 || below) && (i % 2 == 0 || beside)) {
                    const floats clamped = floats_maximum(low, floats_minimum(high, results[i] + start));
                    float *result = target + i / 2 * layer->output_row_stride + i % 2 * layer->output_stride + c;
                    floats_store_some(result, clamped, channels - c);
                }
            }
        }
    }
}

// The layer's function of the results of a block's tiles.
static void winograd_apply(const arete_packed_conv *layer, const winograd_plan *plan, size_t tile, size_t tiles,
                           size_t first, size_t channels, float *output) {
    for (const size_t end = tile + tiles; tile < end;) {
        const winograd_lines lines = winograd_next_lines(layer, plan, &tile, end);
        for (size_t row = 0; row < lines.rows; row++) {
            float *line = output + lines.at + row * layer->output_row_stride + first;
            arete_float_function_apply(&layer->function, line, layer->output_stride, lines.columns, channels);
        }
    }
}

static bool DENSE(winograd_takes)(const arete_packed_conv *layer) {
    return takes_types(layer) && layer->pair.function == NULL && winograd_takes(layer, &DENSE(shape));
}

static size_t DENSE(winograd_packed_bytes)(const arete_packed_conv *layer) {
    const winograd_plan plan = winograd_plan_of(layer, &DENSE(shape));
    return winograd_packed_bytes(&plan);
}

static size_t DENSE(winograd_pack)(const arete_packed_conv *layer, const void *weights, const void *bias,
                                   void *packed) {
    const winograd_plan plan = winograd_plan_of(layer, &DENSE(shape));
    winograd_pack(&plan, weights, bias, packed);
    return winograd_packed_bytes(&plan);
}

static size_t DENSE(winograd_scratch_bytes)(const arete_packed_conv *layer) {
    const winograd_plan plan = winograd_plan_of(layer, &DENSE(shape));
    return sizeof(float) *
           (winograd_zeros(&plan) + WINOGRAD_FREQUENCIES * plan.frequency_pitch + plan.block_tiles * plan.sums_pitch);
}

static size_t DENSE(winograd_units)(const arete_packed_conv *layer) {
    const winograd_plan plan = winograd_plan_of(layer, &DENSE(shape));
    return plan.blocks * plan.parts;
}

static void DENSE(winograd_run)(const arete_packed_conv *layer, const void *input, const void *packed, void *output,
                                size_t begin, size_t end, void *scratch) {
    const winograd_plan plan = winograd_plan_of(layer, &DENSE(shape));
    const winograd_scratch pieces = winograd_pieces(&plan, scratch);
    memset(pieces.zeros, 0, winograd_zeros(&plan) * sizeof(float));
    const float *behind = (const float *)(const void *)((const uint8_t *)packed + winograd_packed_bytes(&plan));
    for (size_t unit = begin; unit < end; unit++) {
        const size_t block = unit / plan.parts, part = unit % plan.parts;
        const size_t tile = dense_cut(plan.tiles, plan.blocks, block);
        const size_t tiles = dense_cut(plan.tiles, plan.blocks, block + 1) - tile;
        if (unit == begin || part == 0) {
            winograd_transform_block(layer, &plan, input, tile, tiles, &pieces);
        }
        const size_t first = part * plan.part_panels;
        const size_t last = dense_least(first + plan.part_panels, plan.panels);
        for (size_t panel = first; panel < last; panel++) {
            const size_t vector = dense_cut(plan.vectors, plan.panels, panel);
            const size_t vectors = dense_cut(plan.vectors, plan.panels, panel + 1) - vector;
            const size_t channel = vector * LANES;
            const uint8_t *weights = (const uint8_t *)packed + winograd_panel_offset(&plan, panel);
            winograd_multiply(&plan, tiles, vectors, (const float *)(const void *)weights, behind, &pieces);
            winograd_finish(layer, &plan, packed, tile, tiles, channel,
                            dense_least(vectors * LANES, plan.outputs - channel), vectors * LANES, pieces.sums, output);
        }
        if (arete_float_function_exists(&layer->function)) {
            const size_t channel = dense_cut(plan.vectors, plan.panels, first) * LANES;
            const size_t behind_last = dense_cut(plan.vectors, plan.panels, last) * LANES;
            winograd_apply(layer, &plan, tile, tiles, channel, dense_least(behind_last, plan.outputs) - channel,
                           output);
        }
    }
}

const arete_packed_conv_kernel DENSE(winograd_kernel) = {DENSE(winograd_takes),
                                                         DENSE(winograd_packed_bytes),
                                                         DENSE(winograd_pack),
                                                         DENSE(winograd_scratch_bytes),
                                                         DENSE(winograd_units),
                                                         DENSE(winograd_run),
                                                         NULL,
                                                         NULL};
