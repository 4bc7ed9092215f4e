#include "arete_pixels_view.h"

void arete_grey_histogram(const uint8_t *restrict bytes, size_t count, uint64_t *restrict counts) {
    for (size_t i = 0; i < count; i++) counts[bytes[i]]++;
}

void arete_grey_halved(const uint8_t *restrict bytes, size_t width, size_t height, uint8_t *restrict out) {
    for (size_t y = 0; y < height / 2; y++) {
        const uint8_t *upper = bytes + 2 * y * width, *lower = upper + width;
        for (size_t x = 0; x < width / 2; x++)
            out[x] = (uint8_t)((upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1] + 2) / 4);
        out += width / 2;
    }
}

// Black and white pixels hide the noise that the others show.
enum { BLACK = 2, WHITE = 253 };

// One part's share of a row: at most 2^32 / 1020^2 = 4,128 pixels before the sum is full.
static uint32_t squared(const uint8_t *restrict row, size_t width, size_t count, uint32_t *restrict counted) {
    const uint8_t *restrict above = row - width, *restrict below = row + width;
    uint32_t sum = 0, seen = 0;
    for (size_t x = 0; x < count; x++) {
        const int laplacian = 4 * row[x] - row[(ptrdiff_t)x - 1] - row[x + 1] - above[x] - below[x];
        const uint32_t counts = row[x] > BLACK && row[x] < WHITE;
        sum += counts * (uint32_t)(laplacian * laplacian);
        seen += counts;
    }
    *counted = seen;
    return sum;
}

void arete_grey_laplacians(const uint8_t *restrict bytes, size_t width, size_t height, size_t across, size_t down,
                           uint64_t *restrict sums, uint64_t *restrict counts) {
    enum { MOST = 4096 };
    for (size_t y = 1; y + 1 < height; y++) {
        for (size_t part = 0; part < across; part++) {
            size_t x = part * width / across, end = (part + 1) * width / across;
            if (x == 0) x = 1;
            if (end == width) end = width - 1;
            const size_t place = y * down / height * across + part;
            for (; x < end; x += MOST) {
                uint32_t counted;
                sums[place] += squared(bytes + y * width + x, width, end - x < MOST ? end - x : MOST, &counted);
                counts[place] += counted;
            }
        }
    }
}

void arete_grey_blocks(const uint8_t *restrict bytes, size_t width, size_t height, uint16_t *restrict sums) {
    enum { SIDE = 8 };
    for (size_t row = 0; row < height / SIDE; row++) {
        for (size_t block = 0; block < width / SIDE; block++) {
            const uint8_t *at = bytes + row * SIDE * width + block * SIDE;
            uint16_t sum = 0;
            for (size_t y = 0; y < SIDE; y++)
                for (size_t x = 0; x < SIDE; x++) sum = (uint16_t)(sum + at[y * width + x]);
            *sums++ = sum;
        }
    }
}
