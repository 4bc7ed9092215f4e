// Depthwise convolutions of bytes over whatever vectors the instruction set has: two output rows at a time, several
// pixels to a vector. To be included inside the target region, after the vectors.
#pragma once
#include "depthwise_rows.h"

#define ALWAYS_INLINE __attribute__((always_inline)) static inline

#include "depthwise_dynamic.h"
#include "depthwise_strip.h"

/// The same for blocks of 32 channels and fewer.
void DEPTHWISE_NARROW(const depthwise_strip *s, size_t rows);

// What the tiles of a block of columns have in common.
typedef struct {
    const depthwise_plan *plan;
    const uint8_t *const *taps; // of the first output
    const uint8_t *block;
    size_t first, parts;                // result of the period that the block begins with
    const DEPTHWISE(dynamic) * dynamic; // NULL: sums stay sums
} DEPTHWISE(block);

/// Adds the taps of a group to the sums of `pixels` vectors that lie a period apart.
ALWAYS_INLINE void DEPTHWISE(add_group)(const DEPTHWISE(block) * b, size_t group, size_t at, const size_t pixels,
                                        const bool first, const bool second, vec sums[2][PIXELS][4]) {
    const uint8_t *const *taps = b->taps + 4 * group;
    activation_vec columns[PIXELS][4];
#pragma clang loop unroll(full)
    for (size_t p = 0; p < pixels; p++) {
        vec rows[4], words[4];
#pragma clang loop unroll(full)
        for (size_t i = 0; i < 4; i++) {
            rows[i] = load_bytes(taps[i] + at + p * b->plan->period);
        }
        interleave(rows, words);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < 4; i++) {
            columns[p][i] = operand(words[i]);
        }
    }
    const uint8_t *weights = b->block + DEPTHWISE_HEADER * VECTOR + group * 8 * VECTOR * WEIGHT_BYTES;
    for (size_t part = 0;;) {
#pragma clang loop unroll(full)
        for (size_t row = 0; row < 2; row++) {
            if (row == 0 ? first : second) {
#pragma clang loop unroll(full)
                for (size_t i = 0; i < 4; i++) {
                    const weight_vec w = load_weights(weights + (row * 4 + i) * VECTOR * WEIGHT_BYTES);
#pragma clang loop unroll(full)
                    for (size_t p = 0; p < pixels; p++) {
                        sums[row][p][i] = dot(sums[row][p][i], columns[p][i], w);
                    }
                }
            }
        }
        if (WEIGHT_BYTES > 1 || ++part == b->parts) {
            return;
        }
        weights += b->plan->part_bytes;
    }
}

/// Sums of one or two output rows.
ALWAYS_INLINE void DEPTHWISE(sum)(const DEPTHWISE(block) * b, size_t at, const size_t pixels, const size_t rows,
                                  vec sums[2][PIXELS][4]) {
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 4; i++) {
        const vec bias = load_sums(b->block + i * VECTOR);
#pragma clang loop unroll(full)
        for (size_t p = 0; p < pixels; p++) {
            sums[0][p][i] = sums[1][p][i] = bias;
        }
    }
    const size_t shared = rows == 2 ? b->plan->second_begin : 0;
    size_t group = 0;
    for (; group < shared; group++) {
        DEPTHWISE(add_group)(b, group, at, pixels, true, false, sums);
    }
    for (; group < b->plan->first_end; group++) {
        DEPTHWISE(add_group)(b, group, at, pixels, true, rows == 2, sums);
    }
    if (rows == 2) {
        for (; group < b->plan->groups; group++) {
            DEPTHWISE(add_group)(b, group, at, pixels, false, true, sums);
        }
    }
}

/// Stores results of four bytes.
ALWAYS_INLINE void DEPTHWISE(store_sums)(uint8_t *target, const vec sums[4], size_t count) {
    if (count == VECTOR) {
#pragma clang loop unroll(full)
        for (size_t i = 0; i < 4; i++) {
            store_bytes(target + i * VECTOR, sums[i]);
        }
        return;
    }
    const vec copy[4] = {sums[0], sums[1], sums[2], sums[3]};
    memcpy(target, copy, count * sizeof(int32_t));
}

/// Computes `pixels` vectors of one or two output rows, `width` bytes wide at most.
ALWAYS_INLINE void DEPTHWISE(tile)(const DEPTHWISE(block) * b, size_t at, size_t width, const size_t pixels,
                                   const size_t rows, const DEPTHWISE(finish) * finish, uint8_t *const targets[2]) {
    const depthwise_plan *plan = b->plan;
    vec sums[2][PIXELS][4];
    DEPTHWISE(sum)(b, at, pixels, rows, sums);
#pragma clang loop unroll(full)
    for (size_t p = 0; p < pixels; p++) {
        const size_t begin = at + p * plan->period, count = depthwise_least(width, plan->row_bytes - begin);
#pragma clang loop unroll(full)
        for (size_t row = 0; row < rows; row++) {
            vec *s = sums[row][p];
            if (finish == NULL) {
                put_in_order(s);
                if (b->dynamic) {
                    DEPTHWISE(join)(b->dynamic, b->first, s);
                }
                DEPTHWISE(store_sums)(targets[row] + begin * sizeof(int32_t), s, count);
                continue;
            }
#pragma clang loop unroll(full)
            for (size_t i = 0; i < 4; i++) {
                s[i] = scaled(s[i], b->block + (4 + i) * VECTOR);
            }
            const vec bytes = DEPTHWISE(finished)(words_of(s[0], s[1]), words_of(s[2], s[3]), false, finish);
            if (count == VECTOR) {
                store_bytes(targets[row] + begin, bytes);
            } else {
                store_some(targets[row] + begin, bytes, count);
            }
        }
    }
}

/// Computes block `index` of all periods of one or two output rows: bytes, or sums where `values` is NULL.
ALWAYS_INLINE void DEPTHWISE(run_block)(const DEPTHWISE(block) * b, size_t index, const size_t rows,
                                        const finish_values *values, uint8_t *const targets[2]) {
    const depthwise_plan *plan = b->plan;
    const size_t width = depthwise_least(VECTOR, plan->period - index * VECTOR);
    DEPTHWISE(finish) all, *finish = NULL;
    if (values != NULL) {
        all = DEPTHWISE(load_finish)(values);
        finish = &all;
    }
    size_t at = index * VECTOR;
    for (; at + (PIXELS - 1) * plan->period < plan->row_bytes; at += PIXELS * plan->period) {
        DEPTHWISE(tile)(b, at, width, PIXELS, rows, finish, targets);
    }
    for (; at < plan->row_bytes; at += plan->period) {
        DEPTHWISE(tile)(b, at, width, 1, rows, finish, targets);
    }
}

static void DEPTHWISE(run_rows)(const depthwise_plan *plan, const uint8_t *packed, const uint8_t *const *taps,
                                size_t rows, const finish_values *finish, const DEPTHWISE(dynamic) * dynamic,
                                uint8_t *const targets[2]) {
    DEPTHWISE(block) block = {.plan = plan, .taps = taps, .dynamic = dynamic};
    for (size_t index = 0; index < plan->blocks; index++) {
        block.block = packed + depthwise_blocks_offset(plan) + index * plan->block_bytes;
        block.parts = packed[depthwise_padded(sizeof *plan) + index];
        block.first = index * VECTOR;
        if (finish == NULL) {
            rows == 2 ? DEPTHWISE(run_block)(&block, index, 2, NULL, targets)
                      : DEPTHWISE(run_block)(&block, index, 1, NULL, targets);
        } else {
            rows == 2 ? DEPTHWISE(run_block)(&block, index, 2, finish, targets)
                      : DEPTHWISE(run_block)(&block, index, 1, finish, targets);
        }
    }
}

#include "depthwise_single.h"

// What is the same in all runs of a layer.
typedef struct {
    bool is_single;
    finish_values finish;
    const size_t *columns;             // where each column of taps lies in a copied row
    const size_t *taps;                // where each tap of a single result lies in the image
    const depthwise_section *sections; // of a copied row
} DEPTHWISE(call);

static size_t DEPTHWISE(call_bytes)(const arete_window *w, const depthwise_plan *plan) {
    return depthwise_padded(sizeof(DEPTHWISE(call)) + (w->kernel_width + depthwise_single_taps(w)) * sizeof(size_t) +
                            plan->sections * sizeof(depthwise_section));
}

static const DEPTHWISE(call) *
    DEPTHWISE(make_call)(const arete_packed_conv *layer, const depthwise_plan *plan, void *memory) {
    const arete_window *w = &layer->conv.window;
    DEPTHWISE(call) *call = memory;
    size_t *columns = (size_t *)(void *)(call + 1), *taps = columns + w->kernel_width;
    depthwise_section *sections = (depthwise_section *)(void *)(taps + depthwise_single_taps(w));
    for (size_t kx = 0; kx < w->kernel_width; kx++) {
        columns[kx] = depthwise_column_offset(w, plan, kx);
    }
    *call = (DEPTHWISE(call)){
        .is_single = depthwise_is_single(layer, plan), .columns = columns, .taps = taps, .sections = sections};
    for (size_t s = 0; s < plan->sections; s++) {
        sections[s] = depthwise_section_of(w, plan, s);
    }
    if (call->is_single) {
        depthwise_point_single_taps(layer, taps);
    }
    if (depthwise_finishes(&layer->conv.requantization)) {
        call->finish = finish_values_of(&layer->conv.requantization);
    }
    return call;
}

// The pieces of the scratch memory, which begins with a call for layers that come without a plan.
typedef struct {
    ptrdiff_t *held;      // the image's row in each slot, or -1
    const uint8_t **taps; // of the first output of a pair of rows
    const DEPTHWISE(call) * call;
    uint8_t *slots;   // and behind them a row of zero point
    uint8_t *results; // two rows that go elsewhere later
    uint8_t *numbers; // of an image of a dynamic layer
} DEPTHWISE(scratch);

static size_t DEPTHWISE(cut)(const arete_packed_conv *layer, const depthwise_plan *plan, uint8_t *memory,
                             DEPTHWISE(scratch) * scratch) {
    size_t at = DEPTHWISE(call_bytes)(&layer->conv.window, plan);
    scratch->held = (ptrdiff_t *)(void *)(memory + at);
    at += depthwise_padded(plan->slots * sizeof(ptrdiff_t));
    scratch->taps = (const uint8_t **)(void *)(memory + at);
    at += depthwise_padded(plan->groups * 4 * sizeof(uint8_t *));
    scratch->slots = memory + at;
    if (plan->direct) {
        return at + depthwise_outside_bytes(layer, VECTOR);
    }
    at += (plan->slots + 1) * plan->slot_bytes;
    scratch->results = memory + at;
    const bool sums = !depthwise_finishes(&layer->conv.requantization) || !plan->fits;
    const bool scattered = layer->output_stride != plan->channels;
    at += depthwise_padded(sums ? 2 * plan->row_bytes * sizeof(int32_t) : scattered ? 2 * plan->row_bytes : 0);
    scratch->numbers = memory + at;
    return at + (sums ? DEPTHWISE(dynamic_bytes)(plan) : 0);
}

/// Copies the rows that the taps of one or two output rows need, and points at the taps.
static void DEPTHWISE(point_taps)(const arete_packed_conv *layer, const depthwise_plan *plan, const uint8_t *image,
                                  size_t y, size_t rows, const DEPTHWISE(scratch) * scratch) {
    const arete_window *w = &layer->conv.window;
    const size_t tap_rows = w->kernel_height + (rows == 2 ? plan->row_taps : 0);
    const uint8_t **taps = scratch->taps;
    for (size_t i = 0; i < tap_rows; i++) {
        const size_t below = i < w->kernel_height ? 0 : 1;
        const ptrdiff_t from = (ptrdiff_t)((y + below * plan->pair) * w->stride_height) - w->pad_top +
                               (ptrdiff_t)((i - below * plan->row_taps) * w->dilation_height);
        const uint8_t *row = scratch->slots + plan->slots * plan->slot_bytes;
        if (from >= 0 && from < (ptrdiff_t)w->input_height) {
            const size_t slot = plan->keeps ? (size_t)from % plan->slots : i;
            uint8_t *copied = scratch->slots + slot * plan->slot_bytes;
            if (!plan->keeps || scratch->held[slot] != from) {
                DEPTHWISE(copy_row)
                (layer, plan, scratch->call->sections, image + (size_t)from * w->input_width * layer->input_stride,
                 copied);
                scratch->held[slot] = from;
            }
            row = copied;
        }
        for (size_t kx = 0; kx < w->kernel_width; kx++) {
            *taps++ = row + scratch->call->columns[kx];
        }
    }
    while ((taps - scratch->taps) % 4 != 0) {
        *taps++ = scratch->slots;
    }
}

/// Brings a row from the scratch memory to its place: sums are requantized, pixels stored apart.
static void DEPTHWISE(place_row)(const arete_packed_conv *layer, const depthwise_plan *plan, bool sums,
                                 const uint8_t *results, size_t element, uint8_t *output) {
    const size_t pixel = layer->output_stride * element;
    for (size_t x = 0; x < plan->columns; x++) {
        if (sums) {
            requantize_sums((const int32_t *)(const void *)results + x * plan->channels, plan->channels,
                            &layer->conv.requantization, output + x * pixel);
        } else {
            memcpy(output + x * pixel, results + x * plan->channels, plan->channels);
        }
    }
}

static void DEPTHWISE(run_pair)(const arete_packed_conv *layer, const depthwise_plan *plan, const uint8_t *packed,
                                const DEPTHWISE(scratch) * scratch, size_t pixel, size_t rows,
                                const finish_values *finish, const DEPTHWISE(dynamic) * dynamic,
                                uint8_t *const output[2]) {
    if (dynamic) {
        DEPTHWISE(run_rows)(plan, packed, scratch->taps, rows, NULL, dynamic, output);
        return;
    }
    const arete_element_type type = layer->conv.requantization.output;
    const size_t element = type == ARETE_INT32 ? 4 : type == ARETE_INT16 || type == ARETE_UINT16 ? 2 : 1;
    const bool scattered = finish == NULL || layer->output_stride != plan->channels;
    const size_t result = finish == NULL ? sizeof(int32_t) : 1;
    uint8_t *targets[2] = {output[0], output[1]};
    if (scattered) {
        targets[0] = scratch->results;
        targets[1] = scratch->results + plan->row_bytes * result;
    }
    DEPTHWISE(run_rows)(plan, packed, scratch->taps, rows, finish, NULL, targets);
    for (size_t row = 0; row < rows; row++) {
        if (layer->dynamic) {
            const int32_t *sums = (const int32_t *)(const void *)targets[row];
            finish_dynamic(layer->dynamic, sums, pixel + row * plan->pair * plan->columns, plan->columns,
                           plan->channels, output[row], layer->output_stride);
            continue;
        }
        const bool table_first = layer->table && finish != NULL;
        if (table_first) {
            layer->apply_table(layer->table, targets[row], 0, targets[row], 0, 1, plan->row_bytes);
        }
        if (scattered) {
            DEPTHWISE(place_row)(layer, plan, finish == NULL, targets[row], element, output[row]);
        }
        if (layer->table && !table_first) {
            layer->apply_table(layer->table, output[row], layer->output_stride, output[row], layer->output_stride,
                               plan->columns, plan->channels);
        }
    }
}

/// Computes one or two output rows from `y` on where the image is. `outside` stands for rows outside the image.
static void DEPTHWISE(run_direct)(const arete_packed_conv *layer, const depthwise_plan *plan, const uint8_t *packed,
                                  const uint8_t *image, const uint8_t *outside, size_t y, size_t rows,
                                  const finish_values *finish, uint8_t *const output[2]) {
    const arete_window *w = &layer->conv.window;
    const size_t row_bytes = w->input_width * layer->input_stride;
    const uint8_t *taps[4] = {outside, outside, outside, outside};
    for (size_t i = 0; i < w->kernel_height + rows - 1; i++) {
        const ptrdiff_t from = (ptrdiff_t)(y * w->stride_height + i * w->dilation_height) - w->pad_top;
        taps[i] = from >= 0 && from < (ptrdiff_t)w->input_height ? image + (size_t)from * row_bytes : outside;
    }
    // The windows of every dilation-th pixel are those of a layer without one.
    const size_t phases = w->stride_width == 1 ? w->dilation_width : 1;
    depthwise_strip strip = {.finish = finish,
                             .outside = outside,
                             .image_columns = w->input_width,
                             .pitch = layer->input_stride,
                             .target_pitch = phases * layer->output_stride,
                             .stride = phases * w->stride_width,
                             .dilation = w->dilation_width,
                             .part_bytes = plan->part_bytes,
                             .flip = layer->input == ARETE_INT8 ? 0x80 : 0,
                             .lifted = plan->lifted};
    for (size_t index = 0; index < plan->blocks; index++) {
        const size_t channel = index * VECTOR;
        strip.width = depthwise_least(VECTOR, plan->channels - channel);
        const size_t vector = depthwise_block_vector(strip.width, VECTOR);
        strip.block = packed + depthwise_blocks_offset(plan) + index * plan->block_bytes;
        strip.parts = packed[depthwise_padded(sizeof *plan) + index];
        // The last pixel may have fewer bytes than a vector; any other is followed by as many.
        strip.whole_columns = w->input_width - (strip.width < vector);
        uint8_t last[4][VECTOR];
        for (size_t i = 0; i < 4; i++) {
            strip.rows[i] = taps[i] + channel;
            strip.last[i] = last[i];
            if (strip.width < vector) {
                memcpy(last[i], strip.rows[i] + strip.whole_columns * strip.pitch, strip.width);
            }
        }
        for (size_t phase = 0; phase < phases && phase < plan->columns; phase++) {
            strip.first = (ptrdiff_t)phase - w->pad_left;
            strip.columns = depthwise_parts(plan->columns - phase, phases);
            for (size_t row = 0; row < rows; row++) {
                strip.targets[row] = output[row] + phase * layer->output_stride + channel;
            }
            vector == VECTOR ? DEPTHWISE(strip)(&strip, rows) : DEPTHWISE_NARROW(&strip, rows);
        }
    }
    for (size_t row = 0; layer->table && row < rows; row++) {
        layer->apply_table(layer->table, output[row], layer->output_stride, output[row], layer->output_stride,
                           plan->columns, plan->channels);
    }
}

static void DEPTHWISE(run)(const arete_packed_conv *given, const void *input, const void *packed, void *output,
                           size_t begin, size_t end, void *memory) {
    const depthwise_plan *plan = packed;
    const DEPTHWISE(call) *call = given->plan ? given->plan : DEPTHWISE(make_call)(given, plan, memory);
    const arete_window *w = &given->conv.window;
    const arete_requantization *q = &given->conv.requantization;
    const size_t image_bytes = w->input_height * w->input_width * given->input_stride;
    if (call->is_single && plan->fits) {
        for (size_t image = begin; image < end; image++) {
            uint8_t *result = (uint8_t *)output + image * given->output_image_stride;
            DEPTHWISE(run_single)
            (given, plan, packed, call->taps, (const uint8_t *)input + image * image_bytes, &call->finish, result);
        }
        return;
    }
    arete_packed_conv copy; // whose zero point is that of the image
    const arete_packed_conv *layer = given;
    if (given->dynamic) {
        copy = *given;
        layer = &copy;
    }
    DEPTHWISE(scratch) scratch;
    DEPTHWISE(cut)(layer, plan, memory, &scratch);
    scratch.call = call;
    const finish_values *finish = &call->finish;
    const size_t element = q->output == ARETE_INT32 ? 4 : q->output == ARETE_INT16 || q->output == ARETE_UINT16 ? 2 : 1;
    const size_t units = depthwise_image_units(plan, w->output_height);
    const bool is_dynamic = DEPTHWISE(is_dynamic)(given);
    DEPTHWISE(dynamic) dynamic;
    size_t batch = SIZE_MAX;
    for (size_t unit = begin; unit < end; unit++) {
        if (batch != unit / units) {
            batch = unit / units;
            for (size_t slot = 0; slot < plan->slots; slot++) {
                scratch.held[slot] = -1;
            }
            const size_t first = batch * w->output_height * w->output_width;
            if (given->dynamic) {
                copy.conv.input_zero_point = arete_packed_input_zero(given, first);
            }
            if (is_dynamic) {
                dynamic = DEPTHWISE(make_dynamic)(given, plan, first, scratch.numbers);
            }
            if (plan->direct) {
                memset(scratch.slots, (uint8_t)layer->conv.input_zero_point, depthwise_outside_bytes(layer, VECTOR));
            } else {
                memset(scratch.slots + plan->slots * plan->slot_bytes, depthwise_input_zero(layer), plan->slot_bytes);
            }
        }
        const uint8_t *image = (const uint8_t *)input + batch * image_bytes;
        const size_t y = depthwise_unit_row(plan, unit % units);
        const size_t rows = y + plan->pair < w->output_height ? 2 : 1;
        uint8_t *to = (uint8_t *)output + (batch * layer->output_image_stride + y * layer->output_row_stride) * element;
        const size_t below = rows == 2 ? plan->pair * layer->output_row_stride * element : 0;
        uint8_t *const targets[2] = {to, to + below};
        if (plan->direct) {
            const size_t together = w->stride_height == 1 ? rows : 1;
            for (size_t row = 0; row < rows; row += together) {
                DEPTHWISE(run_direct)
                (layer, plan, packed, image, scratch.slots, y + row, together, finish, targets + row);
            }
            continue;
        }
        DEPTHWISE(point_taps)(layer, plan, image, y, rows, &scratch);
        const size_t pixel = (batch * w->output_height + y) * w->output_width;
        DEPTHWISE(run_pair)
        (layer, plan, packed, &scratch, pixel, rows, plan->fits ? finish : NULL, is_dynamic ? &dynamic : NULL, targets);
    }
}

static size_t DEPTHWISE(packed_bytes)(const arete_packed_conv *layer) {
    const depthwise_plan plan = depthwise_plan_of(layer, VECTOR, WEIGHT_BYTES, STRIP_PIXELS > 1);
    return depthwise_packed_size(&plan);
}

static size_t DEPTHWISE(pack)(const arete_packed_conv *layer, const void *weights, const void *bias, void *packed) {
    depthwise_pack_all(layer, depthwise_plan_of(layer, VECTOR, WEIGHT_BYTES, STRIP_PIXELS > 1), VECTOR, WEIGHT_BYTES,
                       weights, bias, packed);
    return DEPTHWISE(packed_bytes)(layer);
}

static size_t DEPTHWISE(scratch_bytes)(const arete_packed_conv *layer) {
    const depthwise_plan plan = depthwise_plan_of(layer, VECTOR, WEIGHT_BYTES, STRIP_PIXELS > 1);
    DEPTHWISE(scratch) scratch;
    return DEPTHWISE(cut)(layer, &plan, NULL, &scratch);
}

static size_t DEPTHWISE(units)(const arete_packed_conv *layer) {
    const depthwise_plan plan = depthwise_plan_of(layer, VECTOR, WEIGHT_BYTES, STRIP_PIXELS > 1);
    const arete_window *w = &layer->conv.window;
    return w->batch * depthwise_image_units(&plan, w->output_height);
}

static size_t DEPTHWISE(plan_bytes)(const arete_packed_conv *layer) {
    const depthwise_plan plan = depthwise_plan_of(layer, VECTOR, WEIGHT_BYTES, STRIP_PIXELS > 1);
    return DEPTHWISE(call_bytes)(&layer->conv.window, &plan);
}

static void DEPTHWISE(plan)(const arete_packed_conv *layer, void *memory) {
    const depthwise_plan plan = depthwise_plan_of(layer, VECTOR, WEIGHT_BYTES, STRIP_PIXELS > 1);
    DEPTHWISE(make_call)(layer, &plan, memory);
}

const arete_packed_conv_kernel DEPTHWISE(kernel) = {depthwise_takes,          DEPTHWISE(packed_bytes), DEPTHWISE(pack),
                                                    DEPTHWISE(scratch_bytes), DEPTHWISE(units),        DEPTHWISE(run),
                                                    DEPTHWISE(plan_bytes),    DEPTHWISE(plan)};
