// How a dense convolution is cut: runs of bytes along the depth, panels of channels, blocks of pixels.
#pragma once
#include "arete_packed_conv.h"

/// What an instruction set's tile can hold.
typedef struct {
    size_t lanes;         // channels of a vector
    size_t panel_vectors; // most vectors of a panel
    size_t most_rows[4];  // most pixels of a tile, by vectors of its panel less one
    size_t shallow;       // groups of depth up to which a few pixels follow each other in one loop; 0: never
} dense_shape;

/// A window is `segments` runs of bytes that lie next to each other in memory; a run is padded with zero weights to
/// `steps` groups of four bytes.
typedef struct {
    size_t groups, inputs, outputs; // bytes of activations and channels of results of one group
    size_t segments, run, steps;
    size_t vectors, panels; // of one group
    size_t lanes;
    bool shallow;
    bool pointwise; // one pixel is read for one pixel written, in the same order: the images are one row of pixels
    bool direct;    // activations are read where they are
    size_t rows, columns;             // output pixels of one image, or of all images where pointwise
    size_t block_rows, block_columns; // a block is whole rows, or where pointwise a part of the only one
    size_t blocks, row_blocks;        // in all; of one image
    size_t parts, part_panels;        // parts of a block, each with some of the panels of all groups
    // The activations of a block, as the tiles read them.
    size_t pixel_pitch, row_pitch;      // bytes from one output pixel's window to the next, and to the next row's
    size_t source_rows, source_columns; // pixels that are copied for a block, where not direct
    size_t row_step, column_step;       // of the copied pixels in the image
    size_t copy_bytes;
} dense_plan;

// Tiles of 1 to 3, 4, 6, 8 and 12 pixels: an instruction set lists its own as DENSE_TILES; what TILE makes of one is up
// to the user.
#define TILES_3(V) TILE(1, V) TILE(2, V) TILE(3, V)
#define TILES_4(V) TILE(1, V) TILE(2, V) TILE(3, V) TILE(4, V)
#define TILES_6(V) TILES_4(V) TILE(5, V) TILE(6, V)
#define TILES_8(V) TILES_6(V) TILE(7, V) TILE(8, V)
#define TILES_12(V) TILES_8(V) TILE(9, V) TILE(10, V) TILE(11, V) TILE(12, V)

static inline size_t dense_least(size_t a, size_t b) { return a < b ? a : b; }
static inline size_t dense_most(size_t a, size_t b) { return a > b ? a : b; }
static inline size_t dense_parts(size_t count, size_t size) { return (count + size - 1) / size; }

/// First of `count` things that part `index` of `parts` even parts holds.
static inline size_t dense_cut(size_t count, size_t parts, size_t index) {
    return count / parts * index + dense_least(count % parts, index);
}

typedef struct {
    size_t quotient, rest;
} dense_division;

/// `a` divided by `b`. In layers of a microsecond divisions are dear, and most of theirs are by 1 or of less than `b`.
static inline dense_division dense_divided(size_t a, size_t b) {
    return b == 1 ? (dense_division){a, 0} : a < b ? (dense_division){0, a} : (dense_division){a / b, a % b};
}

/// A panel of each group.
typedef struct {
    size_t vectors, first; // its vectors, and the first of its channels in the group
    size_t offset;         // bytes from the start of the group's weights
} dense_panel;

static inline size_t dense_panel_vectors(const dense_plan *plan, size_t panel) {
    return dense_cut(plan->vectors, plan->panels, panel + 1) - dense_cut(plan->vectors, plan->panels, panel);
}

/// Bytes of activations that a block may bring into the second cache.
enum { DENSE_BLOCK_BYTES = 96 * 1024 };
/// Multiply-accumulates that are worth a unit of their own, and how many units are enough.
enum { DENSE_UNIT_WORK = 1 << 19, DENSE_UNITS = 16 };

/// Bytes of an element.
static inline size_t dense_size(arete_element_type type) {
    switch (type) {
    case ARETE_INT8:
    case ARETE_UINT8:
        return 1;
    case ARETE_INT16:
    case ARETE_UINT16:
        return 2;
    default:
        return 4;
    }
}

/// Whether the pixels of all rows and images of the other operand follow each other evenly.
static inline bool dense_pair_is_even(const arete_packed_conv *layer) {
    const arete_window *w = &layer->conv.window;
    const arete_packed_pair *pair = &layer->pair;
    return pair->function == NULL || (pair->row_stride == w->output_width * pair->stride &&
                                      pair->image_stride == w->output_height * pair->row_stride);
}

static inline dense_plan dense_plan_of(const arete_packed_conv *layer, const dense_shape *shape) {
    const arete_window *w = &layer->conv.window;
    dense_plan plan = {.groups = layer->conv.groups, .lanes = shape->lanes};
    plan.inputs = w->input_channels / plan.groups * dense_size(layer->input);
    plan.outputs = w->output_channels / plan.groups;
    plan.vectors = dense_parts(plan.outputs, shape->lanes);
    plan.panels = dense_parts(plan.vectors, shape->panel_vectors);

    const bool unit_kernel = w->kernel_height == 1 && w->kernel_width == 1;
    const bool inside =
        w->pad_top == 0 && w->pad_left == 0 &&
        (w->output_height - 1) * w->stride_height + (w->kernel_height - 1) * w->dilation_height < w->input_height &&
        (w->output_width - 1) * w->stride_width + (w->kernel_width - 1) * w->dilation_width < w->input_width;
    plan.pointwise =
        unit_kernel && inside && w->stride_height == 1 && w->stride_width == 1 && w->output_height == w->input_height &&
        w->output_width == w->input_width && layer->output_row_stride == w->output_width * layer->output_stride &&
        layer->output_image_stride == w->output_height * layer->output_row_stride && dense_pair_is_even(layer);
    plan.rows = plan.pointwise ? 1 : w->output_height;
    plan.columns = plan.pointwise ? w->batch * w->output_height * w->output_width : w->output_width;

    // Whole kernel rows are one run where their pixels are next to each other.
    const bool packed_pixels = plan.groups == 1 && layer->input_stride == w->input_channels * dense_size(layer->input);
    const bool whole_rows = w->dilation_width == 1 || w->kernel_width == 1;
    size_t run = whole_rows ? w->kernel_width * plan.inputs : plan.inputs;
    plan.direct = layer->input != ARETE_INT8 && inside && (whole_rows && w->kernel_width > 1 ? packed_pixels : true) &&
                  run % 4 == 0;
    plan.run = run;
    plan.segments = w->kernel_height * (whole_rows ? 1 : w->kernel_width);
    plan.steps = dense_parts(run, 4);
    plan.shallow = plan.segments * plan.steps <= shape->shallow && plan.rows * plan.columns > 1;

    if (plan.direct) {
        plan.pixel_pitch = w->stride_width * layer->input_stride;
        plan.row_pitch = w->stride_height * w->input_width * layer->input_stride;
        plan.row_step = plan.column_step = 1;
    } else {
        plan.row_step = w->kernel_height == 1 ? w->stride_height : 1;
        plan.column_step = w->kernel_width == 1 ? w->stride_width : 1;
        plan.source_columns =
            ((plan.columns - 1) * w->stride_width + (w->kernel_width - 1) * w->dilation_width) / plan.column_step + 1;
        plan.pixel_pitch = w->stride_width / plan.column_step * plan.inputs;
    }

    // A block keeps its activations in the second cache.
    const size_t window_bytes = dense_most(1, plan.pointwise ? plan.inputs : w->stride_width * plan.inputs);
    if (plan.pointwise) {
        size_t columns = dense_most(DENSE_BLOCK_BYTES / window_bytes / 48 * 48, 48);
        plan.row_blocks = dense_parts(plan.columns, columns);
        plan.block_columns = plan.columns;
        plan.block_rows = 1;
    } else {
        const size_t row_bytes = dense_most(1, plan.columns * window_bytes * w->stride_height);
        size_t rows = dense_most(1, DENSE_BLOCK_BYTES / row_bytes);
        plan.row_blocks = dense_parts(plan.rows, rows);
    }
    const size_t images = plan.pointwise ? 1 : w->batch;
    const size_t work = plan.columns * plan.rows * images * plan.outputs * plan.groups * plan.segments * plan.run;
    const size_t wanted = dense_least(DENSE_UNITS, dense_most(1, work / DENSE_UNIT_WORK));
    // More blocks where that still leaves tiles whole, and enough of them, as each block brings all weights of its
    // panels along; then parts of the panels.
    const size_t all_panels = plan.panels * plan.groups;
    const size_t worth = dense_most(1, plan.rows * plan.columns / 48);
    const size_t cuttable =
        plan.pointwise ? worth : dense_least(plan.rows, dense_most(worth, dense_parts(wanted, all_panels)));
    plan.row_blocks = dense_most(plan.row_blocks, dense_least(cuttable, dense_parts(wanted, images)));
    plan.blocks = plan.row_blocks * images;
    plan.parts = dense_least(all_panels, dense_parts(wanted, plan.blocks));
    plan.part_panels = dense_parts(all_panels, plan.parts);
    plan.parts = dense_parts(all_panels, plan.part_panels);
    if (plan.pointwise) {
        // Blocks of whole tiles: the last one may be shorter.
        plan.block_columns = dense_parts(dense_parts(plan.columns, plan.row_blocks), 48) * 48;
        plan.row_blocks = plan.blocks = dense_parts(plan.columns, plan.block_columns);
        plan.source_rows = 1;
        plan.source_columns = dense_least(plan.block_columns, plan.columns);
    } else {
        plan.block_columns = plan.columns;
        plan.block_rows = dense_parts(plan.rows, plan.row_blocks);
        plan.row_blocks = dense_parts(plan.rows, plan.block_rows);
        plan.blocks = plan.row_blocks * images;
        plan.source_rows =
            ((plan.block_rows - 1) * w->stride_height + (w->kernel_height - 1) * w->dilation_height) / plan.row_step +
            1;
    }
    if (!plan.direct) {
        plan.row_pitch = w->stride_height / plan.row_step * plan.source_columns * plan.inputs;
        plan.copy_bytes = plan.source_rows * plan.source_columns * plan.inputs + 64;
    }
    return plan;
}

/// Bytes from a window's first run to run `segment`.
static inline size_t dense_segment_offset(const arete_packed_conv *layer, const dense_plan *plan, size_t segment) {
    const arete_window *w = &layer->conv.window;
    const size_t per_row = plan->segments / w->kernel_height;
    const size_t y = segment / per_row * w->dilation_height, x = segment % per_row * w->dilation_width;
    if (plan->direct) {
        return (y * w->input_width + x) * layer->input_stride;
    }
    return (y * plan->source_columns + x) * plan->inputs;
}

/// Most bytes that a block may copy. A window that strides over far more padding than image asks for more.
enum { DENSE_MOST_COPIED = 1 << 26 };

static inline bool dense_takes(const arete_packed_conv *layer, const dense_shape *shape) {
    const arete_window *w = &layer->conv.window;
    if (w->batch * w->output_height * w->output_width * w->output_channels == 0 ||
        w->input_channels * w->input_height * w->input_width == 0 || w->kernel_height * w->kernel_width == 0) {
        return false;
    }
    return dense_plan_of(layer, shape).copy_bytes <= DENSE_MOST_COPIED;
}
