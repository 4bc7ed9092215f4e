// Depthwise convolutions of 16-bit activations: products of pairs of taps, 16 channels at a time. Included once for
// each instruction set, inside its target region, after lanes/avx2.h and definitions of add_products, load_words,
// WORDS_PIXELS, WORDS_TILES and WORDS_REQUANTIZE_ROW; the macro WORDS(name) gives names.
//
// Taps outside the image read the zero point, which is folded into the bias. For each pair of taps and 16 channels of a
// pixel: two loads, two unpackings, two products with pairs of weights that were interleaved at load.
#include "depthwise_words_plan.h"
#include "lanes/words.h"

typedef struct {
    const arete_packed_conv *layer;
    const uint8_t *packed;
    const word_tap *taps;
    size_t pairs;
    const finish_vectors *finish; // NULL: requantize stored sums
    size_t together;              // pixels whose channels fill a vector
} WORDS(row);

// Results of `pixels` pixels, `count` channels of each.
LANES_INLINE void WORDS(finish)(ints sums[WORDS_PIXELS][2], const size_t pixels, const int32_t *scales,
                                const int32_t *offsets, const finish_vectors *f, int is_fixed, size_t count,
                                uint8_t *output, size_t stride) {
    const word_scales low = word_scales_at(scales, offsets, is_fixed);
    const word_scales high = word_scales_at(scales + LANES, offsets + LANES, is_fixed);
#pragma clang loop unroll(full)
    for (size_t p = 0; p < pixels; p++, output += stride) {
        const ints packed =
            ints_packed(word_results(sums[p][0], &low, f, is_fixed), word_results(sums[p][1], &high, f, is_fixed));
        const bytes words = words_maximum(words_minimum((bytes)packed, f->greatest), f->least);
        if (count == WORDS_CHANNELS) {
            bytes_store(output, words);
        } else if (count == WORDS_CHANNELS / 2) {
            bytes_store_half(output, words);
        } else {
            bytes_store_some(output, words, count * sizeof(int16_t));
        }
    }
}

// The same of sums that vectors do not finish.
static void WORDS(requantize)(const arete_packed_conv *layer, ints sums[WORDS_PIXELS][2], size_t pixels, size_t channel,
                              size_t count, uint8_t *output, size_t stride) {
    int32_t stored[WORDS_PIXELS][WORDS_CHANNELS];
    for (size_t p = 0; p < pixels; p++) {
        int32_t placed[WORDS_CHANNELS];
        ints_store(placed, sums[p][0]);
        ints_store(placed + LANES, sums[p][1]);
        for (size_t c = 0; c < WORDS_CHANNELS; c++) {
            stored[p][c] = placed[words_place(c)];
        }
    }
    const word_sums rows = {stored[0], WORDS_CHANNELS, pixels, count, channel, output, stride};
    requantize_each(layer, &rows, WORDS_REQUANTIZE_ROW);
}

// `pixels` neighbours, `count` channels from `channel` on, from pixel `at` of the row's on.
LANES_INLINE void WORDS(tile)(const WORDS(row) * row, size_t at, size_t channel, size_t count, const size_t pixels,
                              const bool whole, uint8_t *output) {
    ints sums[WORDS_PIXELS][2];
    const size_t all = words_channels(row->layer);
    const int32_t *bias = (const int32_t *)(const void *)(row->packed + words_constants_offset(channel));
    const uint8_t *weights = row->packed + words_pair_offset(row->layer, channel);
#pragma clang loop unroll(full)
    for (size_t p = 0; p < pixels; p++) {
        sums[p][0] = ints_load(bias);
        sums[p][1] = ints_load(bias + LANES);
    }
    for (size_t t = 0; t < row->pairs; t++, weights += 2 * LANE_BYTES) {
        const word_tap *tap = row->taps + 2 * t;
        const ints low = (ints)bytes_load(weights), high = (ints)bytes_load(weights + LANE_BYTES);
        const uint8_t *first = tap[0].at + at * tap[0].pitch + channel * sizeof(int16_t);
        const uint8_t *second = tap[1].at + at * tap[1].pitch + channel * sizeof(int16_t);
#pragma clang loop unroll(full)
        for (size_t p = 0; p < pixels; p++) {
            const ints a = (ints)(whole ? bytes_load(first) : load_words(first, count));
            const ints b = (ints)(whole ? bytes_load(second) : load_words(second, count));
            ints pairs[2];
            words_paired(a, b, pairs);
            sums[p][0] = add_products(sums[p][0], pairs[0], low);
            sums[p][1] = add_products(sums[p][1], pairs[1], high);
            first += tap[0].pitch * row->together;
            second += tap[1].pitch * row->together;
        }
    }
    const size_t element = words_result_bytes(row->layer);
    const size_t stride = row->layer->output_stride * element * row->together;
    const size_t stored = whole ? WORDS_CHANNELS : count;
    output += channel * element;
    if (row->finish == NULL) {
        WORDS(requantize)(row->layer, sums, pixels, channel, stored, output, stride);
    } else if (row->finish->is_fixed) {
        WORDS(finish)(sums, pixels, bias + all, bias + 2 * all, row->finish, 1, stored, output, stride);
    } else {
        WORDS(finish)(sums, pixels, bias + all, bias + 2 * all, row->finish, 0, stored, output, stride);
    }
}

#define TILE(P, WHOLE)                                                                                                 \
    static void WORDS(tile_##P##_##WHOLE)(const WORDS(row) * row, size_t at, size_t channel, size_t count,             \
                                          uint8_t * output) {                                                          \
        WORDS(tile)(row, at, channel, count, P, WHOLE, output);                                                        \
    }
WORDS_TILES
#undef TILE

typedef void (*WORDS(tile_function))(const WORDS(row) *, size_t, size_t, size_t, uint8_t *);

#define TILE(P, WHOLE) [WHOLE][P - 1] = WORDS(tile_##P##_##WHOLE),
static const WORDS(tile_function) WORDS(tiles)[2][WORDS_PIXELS] = {WORDS_TILES};
#undef TILE

// `pixels` neighbours with the same taps inside the image, all channels.
static void WORDS(run_pixels)(const WORDS(row) * row, size_t at, size_t pixels, uint8_t *output) {
    const size_t channels = row->layer->conv.window.output_channels * row->together;
    const size_t pixel_bytes = row->layer->output_stride * words_result_bytes(row->layer);
    for (size_t channel = 0; channel < channels; channel += WORDS_CHANNELS) {
        const size_t left = channels - channel;
        const size_t count = left < WORDS_CHANNELS ? left : WORDS_CHANNELS;
        for (size_t p = 0; p < pixels; p += WORDS_PIXELS) {
            const size_t some = pixels - p < WORDS_PIXELS ? pixels - p : WORDS_PIXELS, from = at + p * row->together;
            WORDS(tiles)[left >= WORDS_CHANNELS][some - 1](row, from, channel, count, output + from * pixel_bytes);
        }
    }
}

static void WORDS(run)(const arete_packed_conv *layer, const void *input, const void *packed, void *output,
                       size_t begin, size_t end, void *scratch) {
    const arete_window *w = &layer->conv.window;
    const size_t bytes = words_result_bytes(layer);
    word_tap *taps = scratch;
    int16_t *outside = (int16_t *)(void *)(taps + words_taps(w));
    for (size_t c = 0; c < words_channels(layer); c++) {
        outside[c] = (int16_t)layer->conv.input_zero_point;
    }
    const finish_values values = finish_of(layer);
    const finish_vectors finish = load_finish(&values);
    const bool finishes = *(const uint8_t *)packed != 0, pairable = finishes && words_pairable(layer);
    size_t first, last;
    words_inner_columns(w, &first, &last);
    for (size_t index = begin; index < end; index++) {
        const size_t batch = index / w->output_height, y = index % w->output_height;
        uint8_t *line = (uint8_t *)output + (batch * layer->output_image_stride + y * layer->output_row_stride) * bytes;
        const uint8_t *image = (const uint8_t *)input + batch * w->input_height * w->input_width * layer->input_stride;
        const WORDS(row) row = {layer, packed, taps, words_taps(w) / 2, finishes ? &finish : NULL, 1};
        WORDS(row) pairs = row;
        pairs.together = 2;
        for (size_t x = 0; x < w->output_width;) {
            const size_t next = x == first && last > first ? last : x + 1;
            words_find_taps(layer, image, y, x, (const uint8_t *)outside, taps);
            uint8_t *to = line + x * layer->output_stride * bytes;
            const size_t paired = pairable ? (next - x) / 2 : 0;
            WORDS(run_pixels)(&pairs, 0, paired, to);
            WORDS(run_pixels)(&row, 2 * paired, next - x - 2 * paired, to);
            x = next;
        }
    }
}

const arete_packed_conv_kernel WORDS(kernel) = {words_takes, words_packed_bytes, words_pack, words_scratch_bytes,
                                                words_units, WORDS(run),         NULL,       NULL};
