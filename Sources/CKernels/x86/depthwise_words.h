// Depthwise convolutions of 16-bit activations: products of pairs of taps, 16 channels at a time. Included once for
// each instruction set, inside its target region, after words256.h or words512.h and a definition of add_products and
// load_some; the macro WORDS(name) gives names.
//
// Taps outside the image read the zero point, which is folded into the bias. For each pair of taps and 16 channels of a
// pixel: two loads, two unpackings, two products with pairs of weights that were interleaved at load.
#include "depthwise_words_plan.h"

enum { WORDS(PIXELS) = 6 };

typedef struct {
    const arete_packed_conv *layer;
    const uint8_t *packed;
    const word_tap *taps;
    size_t pairs;
} WORDS(row);

// `pixels` neighbours, `count` channels from `channel` on, from pixel `at` of the row's on.
__attribute__((always_inline)) static inline void WORDS(tile)(const WORDS(row) * row, size_t at, size_t channel,
                                                              size_t count, const size_t pixels, const bool whole,
                                                              uint8_t *output) {
    __m256i sums[WORDS(PIXELS)][2];
    const int32_t *bias = (const int32_t *)(const void *)row->packed + channel;
    const uint8_t *weights = row->packed + words_pair_offset(row->layer, channel);
#pragma clang loop unroll(full)
    for (size_t p = 0; p < pixels; p++) {
        sums[p][0] = _mm256_loadu_si256((const __m256i *)(const void *)bias);
        sums[p][1] = _mm256_loadu_si256((const __m256i *)(const void *)(bias + 8));
    }
    for (size_t t = 0; t < row->pairs; t++, weights += 64) {
        const word_tap *tap = row->taps + 2 * t;
        const __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)weights);
        const __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(weights + 32));
        const uint8_t *first = tap[0].at + at * tap[0].pitch + channel * 2;
        const uint8_t *second = tap[1].at + at * tap[1].pitch + channel * 2;
#pragma clang loop unroll(full)
        for (size_t p = 0; p < pixels; p++) {
            const __m256i a =
                whole ? _mm256_loadu_si256((const __m256i *)(const void *)first) : load_some(first, count);
            const __m256i b =
                whole ? _mm256_loadu_si256((const __m256i *)(const void *)second) : load_some(second, count);
            sums[p][0] = add_products(sums[p][0], _mm256_unpacklo_epi16(a, b), low);
            sums[p][1] = add_products(sums[p][1], _mm256_unpackhi_epi16(a, b), high);
            first += tap[0].pitch;
            second += tap[1].pitch;
        }
    }
    int32_t stored[WORDS(PIXELS)][WORDS_CHANNELS];
#pragma clang loop unroll(full)
    for (size_t p = 0; p < pixels; p++) {
        const __m256i low = _mm256_permute2x128_si256(sums[p][0], sums[p][1], 0x20);
        const __m256i high = _mm256_permute2x128_si256(sums[p][0], sums[p][1], 0x31);
        _mm256_storeu_si256((__m256i *)(void *)stored[p], low);
        _mm256_storeu_si256((__m256i *)(void *)(stored[p] + 8), high);
    }
    const size_t element = words_result_bytes(row->layer);
    const word_sums finished = {stored[0],
                                WORDS_CHANNELS,
                                pixels,
                                count,
                                channel,
                                output + channel * element,
                                row->layer->output_stride * element};
    requantize_sums(row->layer, &finished);
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
static const WORDS(tile_function) WORDS(tiles)[2][WORDS(PIXELS)] = {WORDS_TILES};
#undef TILE

// `pixels` neighbours with the same taps inside the image, all channels.
static void WORDS(run_pixels)(const WORDS(row) * row, size_t pixels, uint8_t *output) {
    const size_t channels = row->layer->conv.window.output_channels;
    const size_t pixel_bytes = row->layer->output_stride * words_result_bytes(row->layer);
    for (size_t channel = 0; channel < channels; channel += WORDS_CHANNELS) {
        const size_t left = channels - channel;
        const size_t count = left < WORDS_CHANNELS ? left : WORDS_CHANNELS;
        for (size_t p = 0; p < pixels; p += WORDS(PIXELS)) {
            const size_t some = pixels - p < WORDS(PIXELS) ? pixels - p : WORDS(PIXELS);
            WORDS(tiles)[left >= WORDS_CHANNELS][some - 1](row, p, channel, count, output + p * pixel_bytes);
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
    size_t first, last;
    words_inner_columns(w, &first, &last);
    for (size_t index = begin; index < end; index++) {
        const size_t batch = index / w->output_height, y = index % w->output_height;
        uint8_t *line = (uint8_t *)output + (batch * layer->output_image_stride + y * layer->output_row_stride) * bytes;
        const uint8_t *image = (const uint8_t *)input + batch * w->input_height * w->input_width * layer->input_stride;
        const WORDS(row) row = {layer, packed, taps, words_taps(w) / 2};
        for (size_t x = 0; x < w->output_width;) {
            const size_t next = x == first && last > first ? last : x + 1;
            words_find_taps(layer, image, y, x, (const uint8_t *)outside, taps);
            WORDS(run_pixels)(&row, next - x, line + x * layer->output_stride * bytes);
            x = next;
        }
    }
}

const arete_packed_conv_kernel WORDS(kernel) = {words_takes, words_packed_bytes, words_pack, words_scratch_bytes,
                                                words_units, WORDS(run),         NULL,       NULL};
