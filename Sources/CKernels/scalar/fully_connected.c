// Fully connected layers: rows of the input are widened once per tile and multiplied by rows of weights.
#include "arete_matmul.h"
#include "matmul_entries.h"
#include "tile.h"

/// Output channels whose accumulators a tile holds at once.
enum { COLUMNS = 64 };

size_t arete_fully_connected_scratch(const arete_fully_connected *layer) {
    // Vectors put a block of weights into panels, with rows of whole groups of four.
    const size_t tile = arete_tile_scratch(layer->depth, COLUMNS), panels = COLUMNS * (layer->depth + 3);
    return tile > panels ? tile : panels;
}

static void fully_connected(const arete_fully_connected *layer, const arete_operand_types *types, const uint8_t *input,
                            const uint8_t *weights, const void *bias, uint8_t *output, size_t begin, size_t end,
                            void *scratch) {
    const size_t depth = layer->depth, size = arete_output_size(layer->requantization.output);
    const arete_zero_points zero_points = {layer->weight_zero_points, layer->weight_zero_point_step};
    const int32_t zero = arete_widened_zero(types, layer->input_zero_point);
    arete_tile tile = arete_tile_in(scratch, depth, COLUMNS);
    tile.row_zero = layer->input_zero_point - zero;
    for (size_t first = 0; first < layer->rows; first += ARETE_TILE_ROWS) {
        size_t count = layer->rows - first < ARETE_TILE_ROWS ? layer->rows - first : ARETE_TILE_ROWS;
        for (size_t i = 0; i < count; i++) {
            types->input(input + (first + i) * depth * types->input_size, depth, zero, tile.rows + i * tile.padded);
        }
        for (size_t c = begin; c < end; c += COLUMNS) {
            size_t channels = end - c < COLUMNS ? end - c : COLUMNS;
            arete_tile_start(&tile, bias, c, 0, channels, types->wide);
            arete_tile_multiply(&tile, types, weights + c * depth, zero_points, c, channels, 0, count);
            for (size_t i = 0; i < count; i++) {
                arete_tile_store(&tile, i, channels, c, &layer->requantization, types->wide,
                                 output + ((first + i) * layer->channels + c) * size);
            }
        }
    }
}

#define DEFINE_ENTRY(SUFFIX)                                                                                           \
    void arete_##SUFFIX##_fully_connected(const arete_fully_connected *layer, const void *input, const void *weights,  \
                                          const void *bias, void *output, size_t begin, size_t end, void *scratch) {   \
        fully_connected(layer, &arete_operands_##SUFFIX, input, weights, bias, output, begin, end, scratch);           \
    }

DEFINE_ENTRY(s8)
DEFINE_ENTRY(u8)
DEFINE_ENTRY(u8s8)
DEFINE_ENTRY(s8u8)
DEFINE_ENTRY(s16)
DEFINE_ENTRY(s16_wide)

static int64_t dot_words(const int16_t *restrict a, const int16_t *restrict b, size_t n) {
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += a[i] * b[i];
    }
    return sum;
}

// Products of two 16-bit numbers leave no room in 32 bits, and 16-bit operands have no zero points.
void arete_s16s16_fully_connected(const arete_fully_connected *layer, const void *input, const void *weights,
                                  const void *bias, void *output, size_t begin, size_t end, void *scratch) {
    (void)scratch;
    const size_t depth = layer->depth;
    for (size_t row = 0; row < layer->rows; row++) {
        const int16_t *x = (const int16_t *)input + row * depth;
        for (size_t c = begin; c < end; c += COLUMNS) {
            int64_t sums[COLUMNS];
            const size_t n = end - c < COLUMNS ? end - c : COLUMNS;
            for (size_t i = 0; i < n; i++) {
                const int64_t start = bias ? ((const int64_t *)bias)[c + i] : 0;
                sums[i] = start + dot_words(x, (const int16_t *)weights + (c + i) * depth, depth);
            }
            arete_requantize_row_s64(sums, n, c, &layer->requantization, (int16_t *)output + row * layer->channels + c);
        }
    }
}

void arete_unpack_s4(const uint8_t *restrict packed, size_t count, int8_t *restrict output) {
    for (size_t i = 0; i < count; i++) {
        int32_t bits = packed[i / 2] >> (i % 2 * 4) & 15;
        output[i] = (int8_t)((bits ^ 8) - 8);
    }
}

void arete_unpack_s2(const uint8_t *restrict packed, size_t count, int8_t *restrict output) {
    for (size_t i = 0; i < count; i++) {
        int32_t bits = packed[i / 4] >> (i % 4 * 2) & 3;
        output[i] = (int8_t)((bits ^ 2) - 2);
    }
}
