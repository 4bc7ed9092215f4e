// What Winograd's form F(2x2, 3x3) is for floats and bytes alike: tiles of an image, blocks of tiles, and where their
// pixels and results are. Plain C.
#pragma once
#include "dense_plan.h"

enum { WINOGRAD_TILE = 4, WINOGRAD_RESULTS = 2, WINOGRAD_FREQUENCIES = 16 };

typedef struct {
    size_t inputs, outputs;
    size_t lanes, vectors, panels;
    size_t tile_columns, image_tiles;   // of one image
    size_t tiles;                       // of all images
    size_t block_tiles, blocks;         // tiles that are transformed together
    size_t parts, part_panels;          // parts of a block, each with some of the panels
    size_t frequency_pitch, sums_pitch; // elements from frequency to frequency of a block; of the sums as each form has
} winograd_plan;

/// Fewest tiles of a block.
enum { WINOGRAD_LEAST_TILES = 24 };
/// Units that are enough for four threads.
enum { WINOGRAD_UNITS = 4 };

/// Whether the window is one that the form is for.
static inline bool winograd_fits(const arete_packed_conv *layer) {
    const arete_window *w = &layer->conv.window;
    return w->kernel_height == 3 && w->kernel_width == 3 && w->stride_height == 1 && w->stride_width == 1 &&
           w->dilation_height == 1 && w->dilation_width == 1 && layer->conv.groups == 1 && w->input_channels != 0 &&
           w->batch * w->output_height * w->output_width * w->output_channels != 0;
}

/// The tiles and panels of a layer, before they are cut.
static inline winograd_plan winograd_tiles_of(const arete_packed_conv *layer, const dense_shape *shape) {
    const arete_window *w = &layer->conv.window;
    winograd_plan plan = {.inputs = w->input_channels, .outputs = w->output_channels, .lanes = shape->lanes};
    plan.vectors = dense_parts(plan.outputs, plan.lanes);
    plan.panels = dense_parts(plan.vectors, shape->panel_vectors);
    plan.tile_columns = dense_parts(w->output_width, WINOGRAD_RESULTS);
    plan.image_tiles = plan.tile_columns * dense_parts(w->output_height, WINOGRAD_RESULTS);
    plan.tiles = plan.image_tiles * w->batch;
    return plan;
}

/// Cuts tiles into blocks of `block_bytes`, as far as `tile_bytes` of each allow, and blocks into parts for threads.
static inline void winograd_cut(winograd_plan *plan, size_t tile_bytes, size_t block_bytes) {
    const size_t most = dense_most(block_bytes / tile_bytes, WINOGRAD_LEAST_TILES);
    plan->blocks = dense_most(1, dense_parts(plan->tiles, most));
    plan->block_tiles = dense_parts(plan->tiles, plan->blocks);
    plan->parts = dense_least(plan->panels, dense_parts(WINOGRAD_UNITS, plan->blocks));
    plan->part_panels = dense_parts(plan->panels, plan->parts);
    plan->parts = dense_parts(plan->panels, plan->part_panels);
}

/// The image of a tile and the place of its first result.
typedef struct {
    size_t batch, y, x;
} winograd_place;

static inline winograd_place winograd_place_of(const winograd_plan *plan, size_t tile) {
    const size_t index = tile % plan->image_tiles;
    return (winograd_place){.batch = tile / plan->image_tiles,
                            .y = index / plan->tile_columns * WINOGRAD_RESULTS,
                            .x = index % plan->tile_columns * WINOGRAD_RESULTS};
}

/// Elements from the start of the output to the result at `place`.
static inline size_t winograd_output_at(const arete_packed_conv *layer, winograd_place place) {
    return place.batch * layer->output_image_stride + place.y * layer->output_row_stride +
           place.x * layer->output_stride;
}

/// The pixels of a tile, `outside` where the image has none.
static inline void winograd_pixels(const arete_packed_conv *layer, const winograd_plan *plan, const uint8_t *input,
                                   size_t tile, const uint8_t *outside, const uint8_t *pixels[WINOGRAD_FREQUENCIES]) {
    const arete_window *w = &layer->conv.window;
    const winograd_place place = winograd_place_of(plan, tile);
    const uint8_t *image = input + place.batch * w->input_height * w->input_width * layer->input_stride;
    const ptrdiff_t top = (ptrdiff_t)place.y - w->pad_top, left = (ptrdiff_t)place.x - w->pad_left;
    for (size_t i = 0; i < WINOGRAD_FREQUENCIES; i++) {
        const ptrdiff_t y = top + (ptrdiff_t)(i / WINOGRAD_TILE), x = left + (ptrdiff_t)(i % WINOGRAD_TILE);
        const bool inside = y >= 0 && y < (ptrdiff_t)w->input_height && x >= 0 && x < (ptrdiff_t)w->input_width;
        const size_t pixel = inside ? (size_t)y * w->input_width + (size_t)x : 0;
        pixels[i] = inside ? image + pixel * layer->input_stride : outside;
    }
}

/// Results of tiles that follow each other in a row of tiles: as many lines as a tile has, or the image.
typedef struct {
    size_t at, rows, columns; // at: elements from the start of the output
} winograd_lines;

/// Those from tile `*tile` on, before `end`; moves it behind them.
static inline winograd_lines winograd_next_lines(const arete_packed_conv *layer, const winograd_plan *plan,
                                                 size_t *tile, size_t end) {
    const arete_window *w = &layer->conv.window;
    const winograd_place place = winograd_place_of(plan, *tile);
    const size_t count = dense_least(plan->tile_columns - place.x / WINOGRAD_RESULTS, end - *tile);
    *tile += count;
    return (winograd_lines){.at = winograd_output_at(layer, place),
                            .rows = dense_least(WINOGRAD_RESULTS, w->output_height - place.y),
                            .columns = dense_least(count * WINOGRAD_RESULTS, w->output_width - place.x)};
}
