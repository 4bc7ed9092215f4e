// Dense convolutions as tiles of pixels times channels. Included once for each instruction set, inside its target
// region, after a vector header that defines: vec, activation_vec, weight_vec, LANES, PANEL_VECTORS, ROWS(v), the
// functions load_bias, load_weights, broadcast, dot and takes_types, and the macro DENSE(name) that gives names.
// Results are finished in registers (DENSE_FINISHES: finish_values, finish_of, load_finish, finish_rows), made of
// stored sums (DENSE_STORES_SUMS: store_sums, requantize_sums), or one or the other (finishes_in_registers).
// DENSE_HAS_EXCESS asks for add_excess, sum_runs and finish_dynamic. With DENSE_GOES_ON, results of as many bytes go on
// to tables and functions, and to functions of theirs and another image's, a panel of some pixels at a time: panels
// must be wide enough for those. DENSE_TAIL groups of depth are left for the end of a tile, DENSE_TOGETHER(v) of its
// rows finished together, and with DENSE_HAS_HALVES dot_half does with the first half of a vector's channels.
// With DENSE_WORDS activations are 16 bits wide, and requantize_sums takes the sums of all pixels of a tile.
#include "dense_tile.h"

#include "dense_copy.h"

static const dense_shape DENSE(shape) = {LANES, PANEL_VECTORS, {ROWS(1), ROWS(2), ROWS(3), ROWS(4)}};

// Pieces of a call's scratch.
typedef struct {
    size_t *offsets;
    int32_t *sums;   // of the activations, by pixel of the block
    int32_t *matrix; // the sums of a tile that are not finished in registers
    uint8_t *staged; // results that go on to a function of two
    uint8_t *activations;
} DENSE(scratch);

#if DENSE_GOES_ON
// Results that go on together, so that they are still in the first cache: 48 pixels of a whole panel, more of a narrow
// one. A tile more may come with them, and as many of the other image.
enum {
    DENSE(staged_results) = 48 * PANEL_VECTORS * LANES,
    DENSE(staged_most) = (48 + 12) * PANEL_VECTORS * LANES * DENSE_GOES_ON,
    DENSE(staged_bytes) = 2 * DENSE(staged_most)
};
#else
enum { DENSE(staged_bytes) = 0 };
#endif

static size_t DENSE(scratch_bytes)(const arete_packed_conv *layer) {
    const dense_plan plan = dense_plan_of(layer, &DENSE(shape));
    return (plan.segments * sizeof(size_t) + 63) / 64 * 64 +
           (plan.block_rows * plan.block_columns * sizeof(int32_t) + 63) / 64 * 64 +
           12 * PANEL_VECTORS * LANES * sizeof(int32_t) + DENSE(staged_bytes) + plan.copy_bytes + 64;
}

static DENSE(scratch) DENSE(scratch_pieces)(const dense_plan *plan, void *scratch) {
    uint8_t *at = scratch;
    uint8_t *sums = at + (plan->segments * sizeof(size_t) + 63) / 64 * 64;
    uint8_t *matrix = sums + (plan->block_rows * plan->block_columns * sizeof(int32_t) + 63) / 64 * 64;
    uint8_t *staged = matrix + 12 * PANEL_VECTORS * LANES * sizeof(int32_t);
    return (DENSE(scratch)){(size_t *)at, (int32_t *)sums, (int32_t *)matrix, staged, staged + DENSE(staged_bytes)};
}

#if DENSE_HAS_EXCESS
static void DENSE(sum_activations)(const dense_plan *plan, const uint8_t *activations, const size_t *offsets,
                                   size_t rows, size_t columns, int32_t *sums) {
    for (size_t row = 0; row < rows; row++) {
        for (size_t column = 0; column < columns; column++) {
            const uint8_t *pixel = activations + row * plan->row_pitch + column * plan->pixel_pitch;
            *sums++ = sum_runs(pixel, offsets, plan->segments, plan->run);
        }
    }
}
#endif

typedef struct {
    const arete_packed_conv *layer;
    const dense_plan *plan;
    const uint8_t *packed;
    DENSE(scratch) scratch;
    const finish_values *finish;
    const uint8_t *activations; // of the group
    size_t rows, columns;
    size_t pixel;         // the first one, of all results
    uint8_t *output;      // of it
    const uint8_t *other; // of it, for a function of two
    size_t element;       // bytes of an output
} DENSE(block);

#if DENSE_GOES_ON
#include "dense_onward.h"
#endif

// All pixels of a block times one panel.
static void DENSE(multiply)(const DENSE(block) * block, size_t group, size_t panel) {
    const dense_plan *plan = block->plan;
    const size_t vectors = dense_panel_vectors(plan, panel), width = vectors * LANES;
    const size_t first = dense_cut(plan->vectors, plan->panels, panel) * LANES;
    const size_t channel = group * plan->outputs + first;
    const uint8_t *constants = block->packed + dense_panel_offset(plan, group, panel);
    const size_t pixel_bytes = block->layer->output_stride * block->element;
    const uint8_t flags = block->packed[group * plan->panels + panel];
    const finish_values *finish = flags & DENSE_LARGE_SCALE_FLAG ? NULL : block->finish;
    DENSE(tile_work)
    t = {.pixel_pitch = plan->pixel_pitch,
         .offsets = block->scratch.offsets,
         .segments = plan->segments,
         .steps = plan->steps,
         .bias = (const int32_t *)constants,
         .scale = (const float *)(constants + 4 * width),
         .excess = (const int32_t *)(constants + 8 * width),
         .weights = (const int8_t *)(constants + DENSE_CONSTANT_BYTES * width),
         .finish = finish,
         .count = dense_least(width, plan->outputs - first),
         .output_stride = pixel_bytes};
#if DENSE_GOES_ON
    const bool goes_on = block->layer->pair.function || block->layer->table ||
                         arete_float_function_exists(&block->layer->function),
               stages = goes_on && DENSE(stages)(block->layer, t.count);
    size_t made = 0; // pixels that have not gone on
    if (stages) {
        t.output_stride = t.count * DENSE_GOES_ON;
    }
#endif
    const DENSE(tile_function) *functions = DENSE(tiles)[vectors - 1];
#if DENSE_HAS_HALVES
    if (t.count + LANES / 2 <= width) {
        functions = DENSE(half_tiles)[vectors - 1];
    }
#endif
    const size_t tiles = dense_parts(block->columns, DENSE(shape).most_rows[vectors - 1]);
    // The next panel follows this one. All tiles of the block together bring it near.
    const size_t lines = plan->segments * plan->steps * 64;
    const int8_t *next = t.weights + width * 4 * plan->segments * plan->steps;
    const int8_t *end = (const int8_t *)block->packed + dense_packed_size(plan);
    for (size_t row = 0; row < block->rows; row++) {
        uint8_t *line = block->output + row * block->layer->output_row_stride * block->element;
        for (size_t tile = 0; tile < tiles; tile++) {
            const size_t column = dense_cut(block->columns, tiles, tile);
            const size_t count = dense_cut(block->columns, tiles, tile + 1) - column;
            t.activations = block->activations + row * plan->row_pitch + column * plan->pixel_pitch;
            t.sums = flags & DENSE_HAS_EXCESS_FLAG ? block->scratch.sums + row * block->columns + column : NULL;
            uint8_t *output = line + column * pixel_bytes + channel * block->element;
#if DENSE_GOES_ON
            if (stages) {
                output = block->scratch.staged + made * t.output_stride;
            }
#endif
            t.output = finish ? output : (uint8_t *)block->scratch.matrix;
            t.ahead = next + lines <= end ? next : t.weights;
            next += lines;
            functions[count - 1](&t);
#if DENSE_HAS_EXCESS
            const arete_dynamic_finish *dynamic = block->layer->dynamic;
            if (dynamic) {
                finish_dynamic(dynamic, block->scratch.matrix, block->pixel + row * plan->columns + column, count,
                               channel, t.count, output, block->layer->output_stride);
                continue;
            }
#endif
#if DENSE_WORDS
            if (!finish) {
                const word_sums sums = {
                    block->scratch.matrix, PANEL_VECTORS * LANES, count, t.count, channel, output, pixel_bytes};
                requantize_sums(block->layer, &sums);
            }
#elif DENSE_STORES_SUMS
            for (size_t r = 0; !finish && r < count; r++) {
                requantize_sums(block->layer, block->scratch.matrix + r * PANEL_VECTORS * LANES, t.count, channel,
                                output + r * t.output_stride);
            }
#endif
#if DENSE_GOES_ON
            if (goes_on) {
                made += count;
                if (made * t.count >= DENSE(staged_results) || tile + 1 == tiles) {
                    DENSE(go_on)(block, row, column + count - made, made, channel, t.count);
                    made = 0;
                }
            }
#endif
        }
    }
}

#if !DENSE_GOES_ON
static void DENSE(apply_table)(const DENSE(block) * block, size_t channel, size_t channels) {
    const arete_packed_conv *layer = block->layer;
    for (size_t row = 0; row < block->rows; row++) {
        uint8_t *line = block->output + row * layer->output_row_stride;
        layer->apply_table(layer->table, line + channel, layer->output_stride, line + channel, layer->output_stride,
                           block->columns, channels);
    }
}
#endif

static void DENSE(run_unit)(const arete_packed_conv *layer, const dense_plan *plan, const uint8_t *input,
                            const uint8_t *packed, uint8_t *output, const finish_values *finish, size_t unit,
                            DENSE(scratch) scratch) {
    const arete_window *w = &layer->conv.window;
    const size_t element =
        dense_size(layer->weights == ARETE_FLOAT32 ? ARETE_FLOAT32 : layer->conv.requantization.output);
    const size_t part = unit / plan->blocks, index = unit % plan->blocks;
    const size_t batch = index / plan->row_blocks, at = index % plan->row_blocks;
    const size_t row = plan->pointwise ? 0 : at * plan->block_rows;
    const size_t column = plan->pointwise ? at * plan->block_columns : 0;
    DENSE(block)
    block = {.layer = layer,
             .plan = plan,
             .packed = packed,
             .scratch = scratch,
             .finish = finish,
             .rows = dense_least(plan->block_rows, plan->rows - row),
             .columns = dense_least(plan->block_columns, plan->columns - column),
             .pixel = (batch * w->output_height + row) * w->output_width + column,
             .element = element};
    block.output = output + element * (batch * layer->output_image_stride + row * layer->output_row_stride +
                                       column * layer->output_stride);
#if DENSE_GOES_ON
    const arete_packed_pair *pair = &layer->pair;
    if (pair->function) {
        block.other = pair->other + batch * pair->image_stride + row * pair->row_stride + column * pair->stride;
    }
#endif
    const uint8_t *image = input + batch * w->input_height * w->input_width * layer->input_stride;
    const size_t first = part * plan->part_panels;
    const size_t last = dense_least(first + plan->part_panels, plan->panels * plan->groups);
    for (size_t panel = first; panel < last; panel++) {
        const size_t group = panel / plan->panels;
        if (panel == first || panel % plan->panels == 0) {
            const uint8_t *source = image + group * plan->inputs;
            if (plan->direct) {
                block.activations = source + row * plan->row_pitch + column * plan->pixel_pitch;
            } else {
                block.activations = scratch.activations;
                const size_t rows = (block.rows - 1) * (plan->row_pitch / (plan->source_columns * plan->inputs)) +
                                    (w->kernel_height - 1) * w->dilation_height + 1;
                DENSE(copy_block)
                (layer, plan, source, (ptrdiff_t)(row * w->stride_height) - w->pad_top,
                 (ptrdiff_t)(column * w->stride_width) - w->pad_left, rows,
                 plan->pointwise ? block.columns : plan->source_columns, arete_packed_input_zero(layer, block.pixel),
                 scratch.activations);
            }
#if DENSE_HAS_EXCESS
            bool has_excess = false;
            for (size_t p = 0; p < plan->panels; p++) {
                has_excess = has_excess || (packed[group * plan->panels + p] & DENSE_HAS_EXCESS_FLAG) != 0;
            }
            if (has_excess) {
                DENSE(sum_activations)
                (plan, block.activations, scratch.offsets, block.rows, block.columns, scratch.sums);
            }
#endif
        }
        DENSE(multiply)(&block, group, panel % plan->panels);
    }
#if !DENSE_GOES_ON
    if (layer->table) {
        const size_t begin =
            first / plan->panels * plan->outputs + dense_cut(plan->vectors, plan->panels, first % plan->panels) * LANES;
        const size_t group = (last - 1) / plan->panels;
        const size_t columns = dense_cut(plan->vectors, plan->panels, (last - 1) % plan->panels + 1) * LANES;
        const size_t end = group * plan->outputs + dense_least(columns, plan->outputs);
        DENSE(apply_table)(&block, begin, end - begin);
    }
#endif
}

static bool DENSE(takes)(const arete_packed_conv *layer) {
    const arete_element_type output = layer->conv.requantization.output;
    const bool bytes = (output == ARETE_INT8 || output == ARETE_UINT8) && layer->dynamic == NULL;
    if (layer->pair.function && !(DENSE_GOES_ON && (bytes || layer->weights == ARETE_FLOAT32))) {
        return false;
    }
    return takes_types(layer) && dense_takes(layer, &DENSE(shape));
}

static size_t DENSE(packed_bytes)(const arete_packed_conv *layer) {
    const dense_plan plan = dense_plan_of(layer, &DENSE(shape));
    return dense_packed_size(&plan);
}

static void DENSE(pack)(const arete_packed_conv *layer, const void *weights, const void *bias, void *packed) {
    const dense_plan plan = dense_plan_of(layer, &DENSE(shape));
    dense_pack_all(layer, &plan, weights, bias, packed);
}

static size_t DENSE(units)(const arete_packed_conv *layer) {
    const dense_plan plan = dense_plan_of(layer, &DENSE(shape));
    return plan.blocks * plan.parts;
}

static void DENSE(run)(const arete_packed_conv *layer, const void *input, const void *packed, void *output,
                       size_t begin, size_t end, void *scratch) {
    const dense_plan plan = dense_plan_of(layer, &DENSE(shape));
    const DENSE(scratch) pieces = DENSE(scratch_pieces)(&plan, scratch);
    for (size_t s = 0; s < plan.segments; s++) {
        pieces.offsets[s] = dense_segment_offset(layer, &plan, s);
    }
#if !DENSE_FINISHES
    const finish_values *finish = NULL;
#elif DENSE_STORES_SUMS
    const finish_values values = finish_of(layer), *finish = finishes_in_registers(layer) ? &values : NULL;
#else
    const finish_values values = finish_of(layer), *finish = &values;
#endif
    for (size_t unit = begin; unit < end; unit++) {
        DENSE(run_unit)(layer, &plan, input, packed, output, finish, unit, pieces);
    }
}

const arete_packed_conv_kernel DENSE(kernel) = {DENSE(takes),         DENSE(packed_bytes), DENSE(pack),
                                                DENSE(scratch_bytes), DENSE(units),        DENSE(run)};
