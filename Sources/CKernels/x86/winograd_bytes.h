// 3x3 convolutions of bytes in Winograd's form. To be included inside the target region of AVX2, after dense_tile.h,
// whose tiles multiply the frequencies, and finish_pairs.h.
#include "winograd_bytes_plan.h"

// Where the pieces of a call's scratch are.
typedef struct {
    uint8_t *zeros;       // a pixel of the zero point
    int32_t *bias;        // none
    int16_t *frequencies; // [16][tiles][inputs]
    int32_t *sums;        // [16][tiles][channels of a panel]
} winograd_scratch;

static size_t winograd_frequency_bytes(const winograd_plan *plan) {
    return dense_parts(WINOGRAD_FREQUENCIES * plan->frequency_pitch * sizeof(int16_t), 64) * 64;
}

enum { WINOGRAD_BIAS_BYTES = PANEL_VECTORS * LANES * sizeof(int32_t) };

static winograd_scratch winograd_pieces(const winograd_plan *plan, void *scratch) {
    uint8_t *bias = scratch, *zeros = bias + WINOGRAD_BIAS_BYTES;
    uint8_t *frequencies = zeros + dense_parts(plan->inputs, 64) * 64;
    return (winograd_scratch){.zeros = zeros,
                              .bias = (int32_t *)(void *)bias,
                              .frequencies = (int16_t *)(void *)frequencies,
                              .sums = (int32_t *)(void *)(frequencies + winograd_frequency_bytes(plan))};
}

__attribute__((always_inline)) static inline void winograd_difference(const __m256i d[4], __m256i t[4]) {
    t[0] = _mm256_sub_epi16(d[0], d[2]);
    t[1] = _mm256_add_epi16(d[1], d[2]);
    t[2] = _mm256_sub_epi16(d[2], d[1]);
    t[3] = _mm256_sub_epi16(d[1], d[3]);
}

// Frequencies of 16 channels of a tile. Of the zero point only that of sums along both axes has anything, four times.
__attribute__((always_inline)) static inline void winograd_transform(const uint8_t *const pixels[WINOGRAD_FREQUENCIES],
                                                                     size_t channel, __m256i zeros,
                                                                     const bool is_signed, int16_t *target,
                                                                     size_t pitch) {
    __m256i columns[4][4];
#pragma clang loop unroll(full)
    for (size_t x = 0; x < 4; x++) {
        __m256i d[4];
#pragma clang loop unroll(full)
        for (size_t y = 0; y < 4; y++) {
            const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(pixels[4 * y + x] + channel));
            d[y] = is_signed ? _mm256_cvtepi8_epi16(bytes) : _mm256_cvtepu8_epi16(bytes);
        }
        winograd_difference(d, columns[x]);
    }
#pragma clang loop unroll(full)
    for (size_t y = 0; y < 4; y++) {
        const __m256i row[4] = {columns[0][y], columns[1][y], columns[2][y], columns[3][y]};
        __m256i t[4];
        winograd_difference(row, t);
        if (y == 1) {
            t[1] = _mm256_sub_epi16(t[1], zeros);
        }
#pragma clang loop unroll(full)
        for (size_t x = 0; x < 4; x++) {
            _mm256_storeu_si256((__m256i *)(void *)(target + (4 * y + x) * pitch + channel), t[x]);
        }
    }
}

// The frequencies of `count` tiles from tile `first` on.
static void winograd_transform_block(const arete_packed_conv *layer, const winograd_plan *plan, const uint8_t *input,
                                     size_t first, size_t count, const winograd_scratch *scratch) {
    const __m256i zeros = _mm256_set1_epi16((int16_t)(4 * layer->conv.input_zero_point));
    const bool is_signed = layer->input == ARETE_INT8;
    for (size_t tile = 0; tile < count; tile++) {
        const uint8_t *pixels[WINOGRAD_FREQUENCIES];
        winograd_pixels(layer, plan, input, first + tile, scratch->zeros, pixels);
        int16_t *target = scratch->frequencies + tile * plan->inputs;
        for (size_t channel = 0; channel < plan->inputs; channel += WINOGRAD_CHANNELS) {
            if (is_signed) {
                winograd_transform(pixels, channel, zeros, true, target, plan->frequency_pitch);
            } else {
                winograd_transform(pixels, channel, zeros, false, target, plan->frequency_pitch);
            }
        }
    }
}

// All sums of a block's tiles times one panel. The next frequency's weights are brought near meanwhile.
static void winograd_multiply(const winograd_plan *plan, size_t tiles, size_t vectors, const int16_t *weights,
                              const int16_t *end, const winograd_scratch *scratch) {
    const size_t width = vectors * LANES, none = 0;
    const size_t pieces = dense_parts(tiles, DENSE(shape).most_rows[vectors - 1]);
    DENSE(tile_work)
    t = {.pixel_pitch = plan->inputs * sizeof(int16_t),
         .offsets = &none,
         .segments = 1,
         .steps = plan->inputs / 2,
         .bias = scratch->bias,
         .count = width};
    for (size_t f = 0; f < WINOGRAD_FREQUENCIES; f++, weights += plan->inputs * width) {
        const int16_t *next = weights + plan->inputs * width;
        t.weights = (const int8_t *)weights;
        for (size_t piece = 0; piece < pieces; piece++, next += 16 * plan->inputs) {
            const size_t tile = dense_cut(tiles, pieces, piece), rows = dense_cut(tiles, pieces, piece + 1) - tile;
            t.activations = (const uint8_t *)(scratch->frequencies + f * plan->frequency_pitch + tile * plan->inputs);
            t.output = (uint8_t *)(scratch->sums + f * plan->sums_pitch + tile * PANEL_VECTORS * LANES);
            t.ahead = (const int8_t *)(next + 16 * plan->inputs <= end ? next : weights);
            DENSE(tiles)[vectors - 1][rows - 1](&t);
        }
    }
}

// The sums of 2x2 results of one vector of channels: four times them in the frequencies' sums.
__attribute__((always_inline)) static inline void winograd_results(const int32_t *sums, size_t pitch, __m256i bias,
                                                                   __m256i results[4]) {
    __m256i rows[2][4];
#pragma clang loop unroll(full)
    for (size_t x = 0; x < 4; x++) {
        __m256i f[4];
#pragma clang loop unroll(full)
        for (size_t y = 0; y < 4; y++) {
            f[y] = _mm256_loadu_si256((const __m256i *)(const void *)(sums + (4 * y + x) * pitch));
        }
        rows[0][x] = _mm256_add_epi32(_mm256_add_epi32(f[0], f[1]), f[2]);
        rows[1][x] = _mm256_sub_epi32(_mm256_sub_epi32(f[1], f[2]), f[3]);
    }
#pragma clang loop unroll(full)
    for (size_t y = 0; y < 2; y++) {
        const __m256i left = _mm256_add_epi32(_mm256_add_epi32(rows[y][0], rows[y][1]), rows[y][2]);
        const __m256i right = _mm256_sub_epi32(_mm256_sub_epi32(rows[y][1], rows[y][2]), rows[y][3]);
        results[2 * y] = _mm256_add_epi32(_mm256_srai_epi32(left, 2), bias);
        results[2 * y + 1] = _mm256_add_epi32(_mm256_srai_epi32(right, 2), bias);
    }
}

// Bias and scale of all channels.
typedef struct {
    bool finishes; // vectors do, without stored sums
    const int32_t *bias;
    const float *scale;
} winograd_constants;

static winograd_constants winograd_constants_of(const winograd_plan *plan, const uint8_t *packed) {
    const int32_t *bias = (const int32_t *)(const void *)(packed + WINOGRAD_FLAG_BYTES);
    return (winograd_constants){packed[0] != 0, bias, (const float *)(const void *)(bias + plan->vectors * LANES)};
}

// Results of a block's tiles, `channels` from channel `first` on.
static void winograd_finish(const arete_packed_conv *layer, const winograd_plan *plan,
                            const winograd_constants *constants, size_t tile, size_t tiles, size_t first,
                            size_t channels, const int32_t *sums, uint8_t *output) {
    const arete_window *w = &layer->conv.window;
    const arete_requantization *q = &layer->conv.requantization;
    const bool finishes = constants->finishes && (q->output == ARETE_INT8 || q->output == ARETE_UINT8);
    const finish_values values = finish_values_of(q);
    const finish_vectors finish = load_finish(&values);
    const size_t element = dense_size(q->output);
    for (size_t t = 0; t < tiles; t++, sums += PANEL_VECTORS * LANES) {
        const winograd_place place = winograd_place_of(plan, tile + t);
        const size_t rows = dense_least(WINOGRAD_RESULTS, w->output_height - place.y);
        const size_t columns = dense_least(WINOGRAD_RESULTS, w->output_width - place.x);
        uint8_t *target = output + (winograd_output_at(layer, place) + first) * element;
        for (size_t c = 0; c < channels; c += LANES, target += LANES * element) {
            __m256i results[4];
            winograd_results(sums + c, plan->sums_pitch,
                             _mm256_loadu_si256((const __m256i *)(const void *)(constants->bias + first + c)), results);
            const size_t count = dense_least(LANES, channels - c);
            for (size_t row = 0; row < rows; row++) {
                uint8_t *line = target + row * layer->output_row_stride * element;
                if (finishes && columns == 2) {
                    finish_pairs(results + 2 * row, 2, constants->scale + first + c, &finish, count, line,
                                 layer->output_stride);
                } else if (finishes) {
                    finish_pairs(results + 2 * row, 1, constants->scale + first + c, &finish, count, line,
                                 layer->output_stride);
                } else {
                    for (size_t column = 0; column < columns; column++) {
                        int32_t stored[LANES];
                        _mm256_storeu_si256((__m256i *)(void *)stored, results[2 * row + column]);
                        arete_requantize_row_avx2(stored, count, first + c, q,
                                                  line + column * layer->output_stride * element);
                    }
                }
            }
        }
    }
}

// The layer's table of the results of a block's tiles.
static void winograd_look_up(const arete_packed_conv *layer, const winograd_plan *plan, size_t tile, size_t tiles,
                             size_t first, size_t channels, uint8_t *output) {
    for (const size_t end = tile + tiles; tile < end;) {
        const winograd_lines lines = winograd_next_lines(layer, plan, &tile, end);
        for (size_t row = 0; row < lines.rows; row++) {
            uint8_t *line = output + lines.at + row * layer->output_row_stride + first;
            layer->apply_table(layer->table, line, layer->output_stride, line, layer->output_stride, lines.columns,
                               channels);
        }
    }
}

static bool winograd_bytes_takes(const arete_packed_conv *layer) {
    return (layer->input == ARETE_INT8 || layer->input == ARETE_UINT8) &&
           (layer->weights == ARETE_INT8 || layer->weights == ARETE_UINT8) && layer->pair.function == NULL &&
           layer->dynamic == NULL && winograd_takes(layer, &DENSE(shape));
}

static size_t winograd_bytes_size(const arete_packed_conv *layer) {
    const winograd_plan plan = winograd_plan_of(layer, &DENSE(shape));
    return winograd_packed_bytes(&plan);
}

// Twice the frequencies of three weights.
__attribute__((always_inline)) static inline void winograd_spread(const __m256i w[3], __m256i f[4]) {
    const __m256i outer = _mm256_add_epi16(w[0], w[2]);
    f[0] = _mm256_add_epi16(w[0], w[0]);
    f[1] = _mm256_add_epi16(outer, w[1]);
    f[2] = _mm256_sub_epi16(outer, w[1]);
    f[3] = _mm256_add_epi16(w[2], w[2]);
}

// The frequencies of the weights of 16 inputs of a channel, `inputs` bytes from tap to tap, in pairs, `width` apart.
static void winograd_pack_channels(const uint8_t *weights, size_t inputs, bool is_signed, __m256i zero, size_t width,
                                   int16_t *target) {
    __m256i rows[3][4];
    for (size_t y = 0; y < 3; y++) {
        __m256i taps[3];
        for (size_t x = 0; x < 3; x++) {
            const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(weights + (3 * y + x) * inputs));
            taps[x] = _mm256_sub_epi16(is_signed ? _mm256_cvtepi8_epi16(bytes) : _mm256_cvtepu8_epi16(bytes), zero);
        }
        winograd_spread(taps, rows[y]);
    }
    for (size_t x = 0; x < 4; x++) {
        const __m256i column[3] = {rows[0][x], rows[1][x], rows[2][x]};
        __m256i frequencies[4];
        winograd_spread(column, frequencies);
        for (size_t y = 0; y < 4; y++) {
            int16_t *place = target + (4 * y + x) * inputs * width;
            int16_t words[WINOGRAD_CHANNELS];
            _mm256_storeu_si256((__m256i *)(void *)words, frequencies[y]);
            for (size_t k = 0; k < WINOGRAD_CHANNELS; k += 2) {
                memcpy(place + k * width, words + k, 2 * sizeof(int16_t));
            }
        }
    }
}

static size_t winograd_bytes_pack(const arete_packed_conv *layer, const void *weights, const void *bias, void *packed) {
    const winograd_plan plan = winograd_plan_of(layer, &DENSE(shape));
    const arete_conv *conv = &layer->conv;
    const arete_requantization *q = &conv->requantization;
    memset(packed, 0, winograd_packed_bytes(&plan));
    int32_t *biases = (int32_t *)(void *)((uint8_t *)packed + WINOGRAD_FLAG_BYTES);
    float *scales = (float *)(void *)(biases + plan.vectors * LANES);
    bool finishes = q->output != ARETE_INT32 && q->rounding == ARETE_ROUND_FLOAT;
    for (size_t channel = 0; channel < plan.outputs; channel++) {
        biases[channel] = bias ? ((const int32_t *)bias)[channel] : 0;
        if (finishes) {
            scales[channel] = q->scale[q->step ? channel : 0];
        }
    }
    for (size_t channel = 0; channel < plan.outputs && finishes; channel++) {
        finishes = scales[channel] < 1;
    }
    *(uint8_t *)packed = finishes;
    for (size_t panel = 0; panel < plan.panels; panel++) {
        const size_t first = dense_cut(plan.vectors, plan.panels, panel) * LANES;
        const size_t width = dense_cut(plan.vectors, plan.panels, panel + 1) * LANES - first;
        const size_t count = dense_least(width, plan.outputs - first);
        int16_t *target = (int16_t *)(void *)((uint8_t *)packed + winograd_panel_offset(&plan, panel));
        for (size_t column = 0; column < count; column++) {
            const size_t channel = first + column;
            const uint8_t *source = (const uint8_t *)weights + channel * 9 * plan.inputs;
            const int32_t zero =
                conv->weight_zero_points ? conv->weight_zero_points[channel * conv->weight_zero_point_step] : 0;
            for (size_t input = 0; input < plan.inputs; input += WINOGRAD_CHANNELS) {
                winograd_pack_channels(source + input, plan.inputs, layer->weights == ARETE_INT8,
                                       _mm256_set1_epi16((int16_t)zero), width, target + input * width + 2 * column);
            }
        }
    }
    return winograd_packed_bytes(&plan);
}

static size_t winograd_bytes_scratch(const arete_packed_conv *layer) {
    const winograd_plan plan = winograd_plan_of(layer, &DENSE(shape));
    return WINOGRAD_BIAS_BYTES + dense_parts(plan.inputs, 64) * 64 + winograd_frequency_bytes(&plan) +
           WINOGRAD_FREQUENCIES * plan.sums_pitch * sizeof(int32_t);
}

static size_t winograd_bytes_units(const arete_packed_conv *layer) {
    const winograd_plan plan = winograd_plan_of(layer, &DENSE(shape));
    return plan.blocks * plan.parts;
}

static void winograd_bytes_run(const arete_packed_conv *layer, const void *input, const void *packed, void *output,
                               size_t begin, size_t end, void *scratch) {
    const winograd_plan plan = winograd_plan_of(layer, &DENSE(shape));
    const winograd_scratch pieces = winograd_pieces(&plan, scratch);
    memset(pieces.bias, 0, WINOGRAD_BIAS_BYTES);
    memset(pieces.zeros, layer->conv.input_zero_point, plan.inputs);
    const winograd_constants constants = winograd_constants_of(&plan, packed);
    const int16_t *behind = (const int16_t *)(const void *)((const uint8_t *)packed + winograd_packed_bytes(&plan));
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
            const uint8_t *weights = (const uint8_t *)packed + winograd_panel_offset(&plan, panel);
            winograd_multiply(&plan, tiles, vectors, (const int16_t *)(const void *)weights, behind, &pieces);
            winograd_finish(layer, &plan, &constants, tile, tiles, vector * LANES,
                            dense_least(vectors * LANES, plan.outputs - vector * LANES), pieces.sums, output);
        }
        if (layer->table) {
            const size_t channel = dense_cut(plan.vectors, plan.panels, first) * LANES;
            const size_t behind_last = dense_cut(plan.vectors, plan.panels, last) * LANES;
            winograd_look_up(layer, &plan, tile, tiles, channel, dense_least(behind_last, plan.outputs) - channel,
                             output);
        }
    }
}

const arete_packed_conv_kernel arete_avx2_winograd_bytes_kernel = {winograd_bytes_takes,
                                                                   winograd_bytes_size,
                                                                   winograd_bytes_pack,
                                                                   winograd_bytes_scratch,
                                                                   winograd_bytes_units,
                                                                   winograd_bytes_run,
                                                                   NULL,
                                                                   NULL};
