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
// Panels of at most DENSE_SHALLOW groups of depth are multiplied a few pixels after the other, by dense_shallow.h. With
// DENSE_CHAINS tiles are those of dense_chain_tile.h, and weights are packed as dense_chain.h has it.
#if DENSE_CHAINS
#include "dense_chain_tile.h"
#else
#include "dense_tile.h"
#endif

#if DENSE_SHALLOW
#include "dense_shallow.h"
#endif

#include "dense_copy.h"

static const dense_shape DENSE(shape) = {.lanes = LANES,
                                         .panel_vectors = PANEL_VECTORS,
#if DENSE_SHALLOW
                                         .shallow = DENSE_SHALLOW,
#endif
                                         .most_rows = {ROWS(1), ROWS(2), ROWS(3), ROWS(4)}};

#include "dense_call.h"

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
    const DENSE(call) * call;
    const dense_plan *plan;
    const uint8_t *packed;
    DENSE(scratch) scratch;
    const uint8_t *activations; // of the group
    size_t rows, columns;
    size_t pixel;         // the first one, of all results
    uint8_t *output;      // of it
    const uint8_t *other; // of it, for a function of two
} DENSE(block);

#if DENSE_GOES_ON
#include "dense_onward.h"
#endif

// What follows a panel, to be brought into the second cache: so many bytes by each tile.
typedef struct {
    const int8_t *next, *end;
    size_t tile;
} DENSE(ahead);

#if DENSE_CHAINS
#include "dense_chain_panel.h"
#else
// What all tiles of a panel have in common.
static inline DENSE(ahead)
    DENSE(begin_panel)(DENSE(tile_work) * t, const DENSE(call) * call, const DENSE(scratch) * scratch,
                       const uint8_t *packed, size_t group, size_t panel) {
    (void)scratch;
    const dense_plan *plan = &call->plan;
    const dense_panel *part = &call->panels[panel];
    const uint8_t *constants = packed + dense_group_offset(plan, group) + part->offset;
    const size_t width = part->vectors * LANES, groups = plan->segments * plan->steps;
    t->offsets = call->offsets;
    t->segments = plan->segments;
    t->steps = plan->steps;
    t->bias = (const int32_t *)constants;
    t->scale = (const float *)(constants + 4 * width);
    t->excess = (const int32_t *)(constants + 8 * width);
    t->weights = (const int8_t *)(constants + DENSE_CONSTANT_BYTES * width);
    t->finish = packed[group * plan->panels + panel] & DENSE_LARGE_SCALE_FLAG ? NULL : call->finish;
    t->count = dense_least(width, plan->outputs - part->first);
    return (DENSE(ahead)){t->weights + width * 4 * groups, (const int8_t *)packed + call->packed_bytes, groups * 64};
}
#endif

static inline const DENSE(tile_function) * DENSE(tiles_of)(const dense_panel *part, size_t channels) {
#if DENSE_HAS_HALVES
    if (channels + LANES / 2 <= part->vectors * LANES) {
        return DENSE(half_tiles)[part->vectors - 1];
    }
#else
    (void)channels;
#endif
    return DENSE(tiles)[part->vectors - 1];
}

// Makes results of the sums that a tile stored: those of `rows` pixels from `pixel` on and `channels` channels from
// `channel` on. `pitch`: bytes from pixel to pixel of the output.
static inline void DENSE(finish_sums)(const arete_packed_conv *layer, const int32_t *matrix, size_t pixel, size_t rows,
                                      size_t channel, size_t channels, uint8_t *output, size_t pitch) {
#if DENSE_HAS_EXCESS
    if (layer->dynamic) {
        finish_dynamic(layer->dynamic, matrix, pixel, rows, channel, channels, output, layer->output_stride);
        return;
    }
#else
    (void)pixel;
#endif
#if DENSE_WORDS
    const word_sums sums = {matrix, PANEL_VECTORS * LANES, rows, channels, channel, output, pitch};
    requantize_sums(layer, &sums);
#elif DENSE_STORES_SUMS
    for (size_t r = 0; r < rows; r++) {
        requantize_sums(layer, matrix + r * PANEL_VECTORS * LANES, channels, channel, output + r * pitch);
    }
#else
    (void)layer, (void)matrix, (void)rows, (void)channel, (void)channels, (void)output, (void)pitch;
#endif
}

// All pixels of a block times one panel.
static void DENSE(multiply)(const DENSE(block) * block, size_t group, size_t panel) {
    const dense_plan *plan = block->plan;
    const dense_panel *part = &block->call->panels[panel];
    const size_t channel = group * plan->outputs + part->first;
    const size_t pixel_bytes = block->layer->output_stride * block->call->element;
    const uint8_t flags = block->packed[group * plan->panels + panel];
    DENSE(tile_work)
    t = {.pixel_pitch = plan->pixel_pitch, .output_stride = pixel_bytes};
    // All tiles of the block together bring the next panels near.
    DENSE(ahead) ahead = DENSE(begin_panel)(&t, block->call, &block->scratch, block->packed, group, panel);
#if DENSE_SHALLOW
    const bool shallow = DENSE(is_shallow)(plan, &t, flags), looks_up = shallow && t.finish->table;
#else
    const bool shallow = false, looks_up = false;
    (void)looks_up;
#endif
#if DENSE_GOES_ON
    const uint8_t *table = looks_up ? NULL : block->layer->table;
    const bool goes_on = block->layer->pair.function || table || arete_float_function_exists(&block->layer->function),
               stages = goes_on && DENSE(stages)(block->layer, t.count);
    size_t made = 0; // pixels that have not gone on
    if (stages) {
        t.output_stride = t.count * DENSE_GOES_ON;
    }
#endif
    const DENSE(tile_function) *functions = DENSE(tiles_of)(part, t.count);
    size_t most = DENSE(shape).most_rows[part->vectors - 1];
#if DENSE_SHALLOW
    if (shallow) {
        most = goes_on ? DENSE(shallow_pixels)(part->vectors) : block->columns;
    }
#endif
    const size_t tiles = block->columns <= most ? 1 : dense_parts(block->columns, most);
    // Cut evenly, or where a tile is a loop, whole loops and a rest.
    const size_t least = tiles == 1 ? block->columns : shallow ? most : block->columns / tiles;
    const size_t wider = shallow ? 0 : block->columns - least * tiles;
    for (size_t row = 0; row < block->rows; row++) {
        uint8_t *line = block->output + row * block->layer->output_row_stride * block->call->element;
        for (size_t tile = 0, column = 0, count, taken; tile < tiles; tile += taken, column += count * taken) {
            count = dense_least(least + (tile < wider), block->columns - column);
            taken = DENSE(take_tiles)(&t, (tile < wider ? wider : tiles) - tile);
            t.activations = block->activations + row * plan->row_pitch + column * plan->pixel_pitch;
            t.sums = flags & DENSE_HAS_EXCESS_FLAG ? block->scratch.sums + row * block->columns + column : NULL;
            uint8_t *output = line + column * pixel_bytes + channel * block->call->element;
#if DENSE_GOES_ON
            if (stages) {
                output = block->scratch.staged + made * t.output_stride;
            }
#endif
            t.output = t.finish ? output : (uint8_t *)block->scratch.matrix;
#if DENSE_SHALLOW
            if (shallow) {
                t.ahead = ahead.next;
                ahead.next = DENSE(multiply_shallow)(&t, count, part->vectors, flags, ahead.end);
            } else
#endif
            {
                t.ahead = ahead.next + ahead.tile <= ahead.end ? ahead.next : t.weights;
                ahead.next += ahead.tile * taken;
                functions[count - 1](&t);
            }
            if (!t.finish) {
                DENSE(finish_sums)
                (block->layer, block->scratch.matrix, block->pixel + row * plan->columns + column, count, channel,
                 t.count, output, t.output_stride);
            }
#if DENSE_GOES_ON
            if (goes_on) {
                made += count;
                if (made * t.count >= DENSE(staged_results) || tile + 1 == tiles) {
                    DENSE(go_on)(block, table, row, column + count - made, made, channel, t.count);
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

static void DENSE(run_unit)(const arete_packed_conv *layer, const DENSE(call) * call, const uint8_t *input,
                            const uint8_t *packed, uint8_t *output, size_t unit, DENSE(scratch) scratch) {
    const dense_plan *plan = &call->plan;
    const arete_window *w = &layer->conv.window;
    const size_t element = call->element;
    const dense_division place = dense_divided(unit, plan->blocks);
    const dense_division block_place = dense_divided(place.rest, plan->row_blocks);
    const size_t part = place.quotient, batch = block_place.quotient, at = block_place.rest;
    const size_t row = plan->pointwise ? 0 : at * plan->block_rows;
    const size_t column = plan->pointwise ? at * plan->block_columns : 0;
    DENSE(block)
    block = {.layer = layer,
             .call = call,
             .plan = plan,
             .packed = packed,
             .scratch = scratch,
             .rows = dense_least(plan->block_rows, plan->rows - row),
             .columns = dense_least(plan->block_columns, plan->columns - column),
             .pixel = (batch * w->output_height + row) * w->output_width + column};
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
    const dense_division panel_place = dense_divided(first, plan->panels);
    size_t group = panel_place.quotient, panel = panel_place.rest;
    for (size_t all = first; all < last; all++, panel++) {
        if (panel == plan->panels) {
            panel = 0;
            group++;
        }
        if (all == first || panel == 0) {
            const uint8_t *source = image + group * plan->inputs;
            if (plan->direct) {
                block.activations = source + row * plan->row_pitch + column * plan->pixel_pitch;
            } else {
                block.activations = scratch.activations;
                const size_t rows = (block.rows - 1) * (plan->row_step == 1 ? w->stride_height : 1) +
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
                (plan, block.activations, call->offsets, block.rows, block.columns, scratch.sums);
            }
#endif
        }
        DENSE(multiply)(&block, group, panel);
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

#include "dense_pixel.h"

static bool DENSE(takes)(const arete_packed_conv *layer) {
    const arete_element_type output = layer->conv.requantization.output;
    const bool bytes = (output == ARETE_INT8 || output == ARETE_UINT8) && layer->dynamic == NULL;
    if (layer->pair.function && !(DENSE_GOES_ON && (bytes || layer->weights == ARETE_FLOAT32))) {
        return false;
    }
    if (!takes_types(layer) || !dense_takes(layer, &DENSE(shape))) {
        return false;
    }
#if DENSE_CHAINS
    const dense_plan plan = dense_plan_of(layer, &DENSE(shape));
    return chain_takes(layer, &plan);
#else
    return true;
#endif
}

static size_t DENSE(packed_bytes)(const arete_packed_conv *layer) {
    const dense_plan plan = dense_plan_of(layer, &DENSE(shape));
#if DENSE_CHAINS
    return chain_packed_bytes(&plan);
#else
    return dense_packed_size(&plan);
#endif
}

static size_t DENSE(pack)(const arete_packed_conv *layer, const void *weights, const void *bias, void *packed) {
    const dense_plan plan = dense_plan_of(layer, &DENSE(shape));
#if DENSE_CHAINS
    return chain_pack_all(layer, &plan, weights, bias, packed);
#else
    dense_pack_all(layer, &plan, weights, bias, packed);
    return dense_packed_size(&plan);
#endif
}

static size_t DENSE(units)(const arete_packed_conv *layer) {
    const dense_plan plan = dense_plan_of(layer, &DENSE(shape));
    return plan.blocks * plan.parts;
}

static void DENSE(run)(const arete_packed_conv *layer, const void *input, const void *packed, void *output,
                       size_t begin, size_t end, void *scratch) {
    const DENSE(call) *call = layer->plan ? layer->plan : DENSE(make_call)(layer, scratch);
    const DENSE(scratch) pieces = DENSE(scratch_pieces)(&call->plan, scratch);
    if (call->is_pixel) {
        DENSE(run_pixel)(layer, call, input, packed, output, begin, end, &pieces);
        return;
    }
    for (size_t unit = begin; unit < end; unit++) {
        DENSE(run_unit)(layer, call, input, packed, output, unit, pieces);
    }
}

static size_t DENSE(plan_bytes)(const arete_packed_conv *layer) {
    const dense_plan plan = dense_plan_of(layer, &DENSE(shape));
    return DENSE(call_size)(&plan);
}

static void DENSE(plan)(const arete_packed_conv *layer, void *memory) { DENSE(make_call)(layer, memory); }

const arete_packed_conv_kernel DENSE(kernel) = {DENSE(takes),         DENSE(packed_bytes), DENSE(pack),
                                                DENSE(scratch_bytes), DENSE(units),        DENSE(run),
                                                DENSE(plan_bytes),    DENSE(plan)};
