// How a depthwise convolution is computed: which rows of the image are laid out, where the taps of a window lie in
// them, how vectors cover a row of outputs.
#pragma once
#include "arete_packed_conv.h"
#include "finish.h"

// Two output rows are computed together, since they share taps. The taps of both, row by row, are cut into groups of
// four, which a byte dot product takes at once; a tap that a row does not use has a weight of zero there.
//
// The rows of the image that a pair needs are copied first: as unsigned bytes, with columns of zero point at both ends,
// and with the columns that are a stride apart next to each other, in one section for each residue. So a tap of all
// outputs of a row is one run of bytes, whatever the stride, and a vector may reach over several pixels.
//
// Windows of three columns need no copy: the rows of a column make one group, and a vector holds channels of one pixel
// (`direct`). Results are then of one block of channels after the other, by depthwise_strip.h.
typedef struct {
    size_t channels, columns, row_bytes; // of the output; bytes of a row of results
    size_t period, blocks;               // bytes after which weights repeat; vectors in them
    size_t taps, groups;                 // of both rows
    size_t first_end, second_begin;      // groups that the first row uses end, those of the second begin
    size_t row_taps;                     // rows of taps from the first output row to the second
    size_t pair;                         // output rows from the first to the second
    size_t sections, section_bytes;      // of a copied row
    size_t slots, slot_bytes;            // rows that are copied
    size_t parts, part_bytes;            // weights of more than 8 bits are the sum of several; bytes of one
    size_t block_bytes;
    bool keeps; // copied rows serve the next pairs
    bool fits;  // results of the requantization fit 32 bits before they are clamped
    bool direct;
    bool lifted; // sums start at the bits of the float 2^23, and those below zero all give the least result
} depthwise_plan;

/// Bits of the float 2^23: as long as it is not negative and less than 2^23, a sum added to them makes the float of its
/// value and 2^23.
enum { DEPTHWISE_LIFT = 0x4B000000 };

/// Vectors before the weights of a block: bias, scales, and where pixels are read directly 2^23 scales.
enum { DEPTHWISE_HEADER = 8, DEPTHWISE_DIRECT_HEADER = 12 };

/// Bounds of what is taken: no product of sizes overflows, and scratch stays small.
enum {
    DEPTHWISE_MOST_KERNEL = 128,
    DEPTHWISE_MOST_STEP = 1 << 16,
    DEPTHWISE_MOST_EXTENT = 1 << 24,
    DEPTHWISE_MOST_ROW = 1 << 22,
    DEPTHWISE_KEPT_BYTES = 1 << 20,
    DEPTHWISE_MOST_PERIOD = 768,
};

static inline size_t depthwise_least(size_t a, size_t b) { return a < b ? a : b; }
static inline size_t depthwise_parts(size_t count, size_t size) { return (count + size - 1) / size; }
static inline size_t depthwise_padded(size_t count) { return depthwise_parts(count, 64) * 64; }

static inline size_t depthwise_header(const depthwise_plan *plan) {
    return plan->direct ? DEPTHWISE_DIRECT_HEADER : DEPTHWISE_HEADER;
}

static inline size_t depthwise_common_divisor(size_t a, size_t b) {
    while (b != 0) {
        const size_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/// Where tap column `kx` of the first output lies in a copied row.
static inline size_t depthwise_column_offset(const arete_window *w, const depthwise_plan *plan, size_t kx) {
    const size_t step = kx * w->dilation_width;
    const size_t residues = w->stride_width / depthwise_common_divisor(w->stride_width, w->dilation_width);
    return kx % residues * plan->section_bytes + step / w->stride_width * plan->channels;
}

/// Zero point of the activations as unsigned bytes.
static inline int32_t depthwise_input_zero(const arete_packed_conv *layer) {
    return layer->conv.input_zero_point + (layer->input == ARETE_INT8 ? 128 : 0);
}

static inline int32_t depthwise_weight_zero(const arete_packed_conv *layer, size_t channel) {
    const arete_conv *conv = &layer->conv;
    return conv->weight_zero_points ? conv->weight_zero_points[channel * conv->weight_zero_point_step] : 0;
}

/// Signed bytes whose sum can be any weight less its zero point.
static inline size_t depthwise_weight_parts(const arete_packed_conv *layer) {
    const size_t channels = layer->conv.window.output_channels;
    const int32_t least = arete_type_minimum(layer->weights), greatest = arete_type_maximum(layer->weights);
    size_t parts = 1;
    for (size_t c = 0; c < (layer->conv.weight_zero_point_step ? channels : 1); c++) {
        const int32_t zero = depthwise_weight_zero(layer, c);
        const size_t needed = greatest - zero > 2 * INT8_MAX                                   ? 3
                              : greatest - zero > INT8_MAX || least - zero < (int32_t)INT8_MIN ? 2
                                                                                               : 1;
        parts = needed > parts ? needed : parts;
    }
    return parts;
}

static inline bool depthwise_takes(const arete_packed_conv *layer) {
    const arete_window *w = &layer->conv.window;
    const bool bytes = (layer->input == ARETE_INT8 || layer->input == ARETE_UINT8) &&
                       (layer->weights == ARETE_INT8 || layer->weights == ARETE_UINT8);
    if (!bytes || layer->pair.function || w->batch * w->output_height * w->output_width * w->output_channels == 0 ||
        w->input_channels * w->input_height * w->input_width == 0 || w->output_channels % w->input_channels != 0 ||
        w->kernel_height - 1 >= DEPTHWISE_MOST_KERNEL || w->kernel_width - 1 >= DEPTHWISE_MOST_KERNEL ||
        w->stride_height - 1 >= DEPTHWISE_MOST_STEP || w->stride_width - 1 >= DEPTHWISE_MOST_STEP ||
        w->dilation_height - 1 >= DEPTHWISE_MOST_STEP || w->dilation_width - 1 >= DEPTHWISE_MOST_STEP ||
        w->output_width > DEPTHWISE_MOST_EXTENT || w->output_height > DEPTHWISE_MOST_EXTENT ||
        w->output_channels > DEPTHWISE_MOST_EXTENT) {
        return false;
    }
    const int32_t input_zero = depthwise_input_zero(layer);
    if (input_zero < 0 || input_zero > UINT8_MAX) {
        return false;
    }
    for (size_t c = 0; c < (layer->conv.weight_zero_point_step ? w->output_channels : 1); c++) {
        const int32_t zero = depthwise_weight_zero(layer, c);
        if (zero < arete_type_minimum(layer->weights) || zero > arete_type_maximum(layer->weights)) {
            return false;
        }
    }
    const size_t shift = (w->kernel_width - 1) * w->dilation_width / w->stride_width;
    return (w->output_width + shift) * w->output_channels <= DEPTHWISE_MOST_ROW / w->kernel_width;
}

// Bytes after which weights repeat: as many pixels as leave the fewest lanes of a row's vectors empty.
static inline size_t depthwise_period(size_t channels, size_t columns, size_t vector) {
    size_t best = 1, fewest = SIZE_MAX;
    for (size_t n = 1; n <= columns && (n == 1 || n * channels <= DEPTHWISE_MOST_PERIOD); n++) {
        const size_t vectors =
            columns / n * depthwise_parts(n * channels, vector) + depthwise_parts(columns % n * channels, vector);
        if (vectors < fewest) {
            fewest = vectors;
            best = n;
        }
    }
    return best * channels;
}

/// Whether sums become bytes in registers.
static inline bool depthwise_finishes(const arete_requantization *q) {
    return q->rounding == ARETE_ROUND_FLOAT && (q->output == ARETE_INT8 || q->output == ARETE_UINT8);
}

/// Bytes of the vectors that hold a block of `width` channels of one pixel: half of what there is where that is enough.
static inline size_t depthwise_block_vector(size_t width, size_t vector) { return width <= 32 ? 32 : vector; }

// Whether pixels are read where they are. What strides there are between them is not known yet. Neighbours share
// columns only where those stay in registers; where they do not, copied rows have fewer taps.
static inline bool depthwise_is_direct(const arete_packed_conv *layer, size_t vector, bool shares) {
    const arete_window *w = &layer->conv.window;
    const size_t channels = w->output_channels, rest = channels % vector;
    const size_t lanes = channels - rest + (rest == 0 ? 0 : depthwise_block_vector(rest, vector));
    return w->kernel_width == 3 && w->kernel_height <= 3 && (shares || w->stride_width > 1) &&
           channels == w->input_channels && lanes - channels <= channels / 2 && channels >= 32 &&
           depthwise_finishes(&layer->conv.requantization);
}

/// `vector`: bytes of a vector; `weight_bytes`: of one packed weight; `shares`: pixels computed at a time can share
/// columns.
static inline depthwise_plan depthwise_plan_of(const arete_packed_conv *layer, size_t vector, size_t weight_bytes,
                                               bool shares) {
    const arete_window *w = &layer->conv.window;
    depthwise_plan plan = {.channels = w->output_channels, .columns = w->output_width};
    plan.row_bytes = plan.channels * plan.columns;
    plan.direct = depthwise_is_direct(layer, vector, shares);
    plan.period = plan.direct ? plan.channels : depthwise_period(plan.channels, plan.columns, vector);
    plan.blocks = depthwise_parts(plan.period, vector);

    // Rows of taps are shared where the second output row lies a whole number of dilations below the first.
    const size_t stride = w->stride_height, dilation = w->dilation_height;
    plan.pair = stride == 1 ? dilation : 1;
    plan.row_taps = stride == 1 ? 1 : stride % dilation == 0 ? stride / dilation : w->kernel_height;
    plan.row_taps = depthwise_least(plan.row_taps, w->kernel_height);
    const size_t row = w->kernel_width, tap_rows = w->kernel_height + plan.row_taps;
    plan.taps = plan.direct ? 4 * row : tap_rows * row;
    plan.groups = depthwise_parts(plan.taps, 4);
    plan.first_end = depthwise_parts(w->kernel_height * row, 4);
    plan.second_begin = plan.row_taps * row / 4;

    const size_t residues = w->stride_width / depthwise_common_divisor(w->stride_width, w->dilation_width);
    const size_t shift = (w->kernel_width - 1) * w->dilation_width / w->stride_width;
    plan.sections = depthwise_least(w->kernel_width, residues);
    plan.section_bytes = depthwise_padded((plan.columns + shift) * plan.channels);
    // The last vector of a row, and the last copy of a pixel, reach over the end.
    plan.slot_bytes = plan.sections * plan.section_bytes + 64;
    const size_t span = (2 * plan.pair - 1) * stride + (w->kernel_height - 1) * dilation + 1;
    plan.keeps = span <= DEPTHWISE_KEPT_BYTES / plan.slot_bytes || span <= tap_rows;
    plan.slots = plan.keeps ? span : tap_rows;

    plan.parts = weight_bytes > 1 ? 1 : depthwise_weight_parts(layer);
    plan.part_bytes = plan.groups * 2 * 4 * vector * weight_bytes;
    plan.block_bytes = depthwise_header(&plan) * vector + plan.parts * plan.part_bytes;
    return plan;
}

/// Bytes of a row outside the image, for layers that read pixels where they are.
static inline size_t depthwise_outside_bytes(const arete_packed_conv *layer, size_t vector) {
    return layer->conv.window.input_width * layer->input_stride + vector;
}

/// Units of one image: pairs of output rows, and rows at its end that have no second one.
static inline size_t depthwise_image_units(const depthwise_plan *plan, size_t rows) {
    return rows / (2 * plan->pair) * plan->pair + depthwise_least(rows % (2 * plan->pair), plan->pair);
}

/// First output row of a unit of an image.
static inline size_t depthwise_unit_row(const depthwise_plan *plan, size_t unit) {
    return unit / plan->pair * 2 * plan->pair + unit % plan->pair;
}

/// Whether the layer has one result for each channel of an image, such as one step of a series, whose window lies
/// inside the image.
static inline bool depthwise_is_single(const arete_packed_conv *layer, const depthwise_plan *plan) {
    const arete_window *w = &layer->conv.window;
    return w->output_height == 1 && w->output_width == 1 && w->output_channels == w->input_channels && !plan->direct &&
           w->pad_top == 0 && w->pad_left == 0 && (w->kernel_height - 1) * w->dilation_height < w->input_height &&
           (w->kernel_width - 1) * w->dilation_width < w->input_width;
}

/// Taps of the only window, in whole groups.
static inline size_t depthwise_single_taps(const arete_window *w) {
    return depthwise_parts(w->kernel_height * w->kernel_width, 4) * 4;
}

/// Bytes from the image's start to each of them; what fills the last group up has a weight of zero.
static inline void depthwise_point_single_taps(const arete_packed_conv *layer, size_t *taps) {
    const arete_window *w = &layer->conv.window;
    const size_t last = w->kernel_height * w->kernel_width - 1;
    for (size_t i = 0; i < depthwise_single_taps(w); i++) {
        const size_t tap = depthwise_least(i, last);
        const size_t y = tap / w->kernel_width * w->dilation_height, x = tap % w->kernel_width * w->dilation_width;
        taps[i] = (y * w->input_width + x) * layer->input_stride;
    }
}

/// A section of a copied row: how many columns of zero point it begins and ends with, how many of the image are between
/// them, and the first of those.
typedef struct {
    size_t first, count, rest, column;
} depthwise_section;

static inline depthwise_section depthwise_section_of(const arete_window *w, const depthwise_plan *plan,
                                                     size_t section) {
    const size_t stride = w->stride_width;
    const size_t places = plan->columns + (w->kernel_width - 1) * w->dilation_width / stride;
    const ptrdiff_t left = (ptrdiff_t)(section * w->dilation_width % stride) - w->pad_left;
    size_t first = left >= 0 ? 0 : ((size_t)-left + stride - 1) / stride;
    first = depthwise_least(first, places);
    const ptrdiff_t column = left + (ptrdiff_t)(first * stride);
    size_t count = 0;
    if (column < (ptrdiff_t)w->input_width) {
        count = depthwise_parts(w->input_width - (size_t)column, stride);
        count = depthwise_least(count, places - first);
    }
    return (depthwise_section){first, count, places - first - count, (size_t)column};
}

/// One block of channels of one or two output rows, read where the image is.
typedef struct {
    const uint8_t
        *rows[4]; // by row of taps: the block's channels in the image's first column, or zero point throughout
    const uint8_t *last[4]; // the same in its last column, with a vector's bytes
    const uint8_t *outside; // zero point
    const uint8_t *block;   // packed
    uint8_t *targets[2];
    const finish_values *finish;
    ptrdiff_t first;                     // the image's column of the first tap
    size_t image_columns, whole_columns; // in all; those with a vector's bytes before the row ends
    size_t pitch, target_pitch;          // from pixel to pixel
    size_t columns, width;               // of the results; the width is a vector at most
    size_t stride, dilation;             // columns from window to window, and between those of a window
    size_t parts, part_bytes;
    uint8_t flip; // makes unsigned bytes of the image's
    bool lifted;
} depthwise_strip;
