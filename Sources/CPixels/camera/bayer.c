// From a mosaic of colour filters to pixels, a row at a time.
#include "arete_pixels_bayer.h"
#include <stdbool.h>

// Samples beside a row: the mirrored one on each side, and room for vectors.
enum { MARGIN = 32 };

static size_t padded(size_t width) { return (width + 2 * MARGIN + 63) / 64 * 64; }

size_t arete_bayer_row_bytes(const arete_bayer_plan *plan) {
    switch (plan->layout) {
    case ARETE_BAYER_BYTES:
        return plan->width;
    case ARETE_BAYER_WORDS:
        return 2 * plan->width;
    case ARETE_BAYER_TENS:
        return plan->width / 4 * 5;
    case ARETE_BAYER_TWELVES:
        return plan->width / 2 * 3;
    }
    return 0;
}

size_t arete_bayer_scratch(const arete_bayer_plan *plan) {
    return padded(plan->width) * (3 * sizeof(uint16_t) + 3 * sizeof(uint8_t));
}

static void unpack_words(const uint8_t *restrict line, size_t width, unsigned bits, uint16_t *restrict out) {
    const uint16_t most = (uint16_t)((1u << bits) - 1);
    for (size_t x = 0; x < width; x++) {
        const uint16_t word = (uint16_t)(line[2 * x] | line[2 * x + 1] << 8);
        out[x] = word < most ? word : most;
    }
}

static void unpack_tens(const uint8_t *restrict line, size_t width, uint16_t *restrict out) {
    for (size_t x = 0; x < width; x += 4, line += 5) {
        for (size_t i = 0; i < 4; i++) out[x + i] = (uint16_t)(line[i] << 2 | (line[4] >> (2 * i) & 3));
    }
}

static void unpack_twelves(const uint8_t *restrict line, size_t width, uint16_t *restrict out) {
    for (size_t x = 0; x < width; x += 2, line += 3) {
        out[x] = (uint16_t)(line[0] << 4 | (line[2] & 15));
        out[x + 1] = (uint16_t)(line[1] << 4 | line[2] >> 4);
    }
}

// A row of samples with its mirrored neighbours.
static void unpack(const arete_bayer_plan *plan, const uint8_t *line, uint16_t *out) {
    const size_t width = plan->width;
    switch (plan->layout) {
    case ARETE_BAYER_BYTES:
        for (size_t x = 0; x < width; x++) out[x] = line[x];
        break;
    case ARETE_BAYER_WORDS:
        unpack_words(line, width, plan->bits, out);
        break;
    case ARETE_BAYER_TENS:
        unpack_tens(line, width, out);
        break;
    case ARETE_BAYER_TWELVES:
        unpack_twelves(line, width, out);
        break;
    }
    out[-1] = out[1];
    out[width] = out[width - 2];
}

// Sums of four samples to bytes.
static uint8_t byte(uint32_t sum, unsigned shift) {
    const uint32_t value = (sum + (1u << shift >> 1)) >> shift;
    return (uint8_t)(value < 255 ? value : 255);
}

// The row's own colour (red in rows with red), green, and the other one. `own_x`: the columns that have the row's own
// colour. Rows of samples begin with the mirrored one.
static void interpolate(const uint16_t *restrict above, const uint16_t *restrict row, const uint16_t *restrict below,
                        size_t width, unsigned own_x, unsigned shift, uint8_t *restrict own, uint8_t *restrict green,
                        uint8_t *restrict other) {
    for (size_t x = 0; x < width; x++) {
        const uint32_t sides = (uint32_t)row[x] + row[x + 2], ends = (uint32_t)above[x + 1] + below[x + 1];
        const uint32_t corners = (uint32_t)above[x] + above[x + 2] + below[x] + below[x + 2];
        const uint32_t middle = 4 * (uint32_t)row[x + 1];
        const bool is_own = (x & 1) == own_x;
        own[x] = byte(is_own ? middle : 2 * sides, shift);
        green[x] = byte(is_own ? sides + ends : middle, shift);
        other[x] = byte(is_own ? corners : 2 * ends, shift);
    }
}

void arete_bayer_to_rgb(const arete_camera_rows *kernels, const arete_bayer_plan *plan, const uint8_t *samples,
                        size_t stride, uint8_t *rgb, size_t rgb_stride, void *scratch) {
    const size_t width = plan->width, height = plan->height, room = padded(width);
    const unsigned shift = plan->bits - 8 + 2;
    uint16_t *rows[3];
    for (int i = 0; i < 3; i++) rows[i] = (uint16_t *)scratch + (size_t)i * room + MARGIN;
    uint8_t *planes[3];
    for (int i = 0; i < 3; i++) planes[i] = (uint8_t *)((uint16_t *)scratch + 3 * room) + (size_t)i * room;
    unpack(plan, samples, rows[0]);
    unpack(plan, samples + stride, rows[1]);
    for (size_t y = 0; y < height; y++) {
        if (y > 0 && y + 1 < height) unpack(plan, samples + (y + 1) * stride, rows[(y + 1) % 3]);
        const size_t above = y > 0 ? y - 1 : 1, below = y + 1 < height ? y + 1 : y - 1;
        const bool has_red = (y & 1) == plan->red_y;
        const unsigned own_x = has_red ? plan->red_x : 1 - plan->red_x;
        interpolate(rows[above % 3] - 1, rows[y % 3] - 1, rows[below % 3] - 1, width, own_x, shift, planes[0],
                    planes[1], planes[2]);
        kernels->join3(planes[has_red ? 0 : 2], planes[1], planes[has_red ? 2 : 0], width, 0, rgb + y * rgb_stride);
    }
}
