#include "arete_pixels_board.h"

#include <math.h>
#include <string.h>

void arete_grey_saddles(const uint8_t *restrict grey, size_t width, size_t height, int16_t *restrict responses) {
    static const int8_t circle[16][2] = {{0, -5}, {2, -5}, {3, -3}, {5, -2}, {5, 0},  {5, 2},   {3, 3},   {2, 5},
                                         {0, 5},  {-2, 5}, {-3, 3}, {-5, 2}, {-5, 0}, {-5, -2}, {-3, -3}, {-2, -5}};
    enum { MARGIN = ARETE_SADDLE_MARGIN };
    memset(responses, 0, width * height * sizeof *responses);
    if (width <= 2 * MARGIN || height <= 2 * MARGIN) return;
    ptrdiff_t offsets[16];
    for (size_t i = 0; i < 16; i++) offsets[i] = circle[i][1] * (ptrdiff_t)width + circle[i][0];
    for (size_t y = MARGIN; y < height - MARGIN; y++) {
        const uint8_t *restrict row = grey + y * width;
        int16_t *restrict out = responses + y * width;
        for (size_t x = MARGIN; x < width - MARGIN; x++) {
            const uint8_t *at = row + x;
            int common = 0, different = 0, sum = 0;
            for (size_t i = 0; i < 4; i++) {
                const int a = at[offsets[i]], b = at[offsets[i + 4]], c = at[offsets[i + 8]], d = at[offsets[i + 12]];
                const int crossed = a + c - b - d, along = a - c, across = b - d;
                common += crossed < 0 ? -crossed : crossed;
                different += (along < 0 ? -along : along) + (across < 0 ? -across : across);
                sum += a + b + c + d;
            }
            const int middle = at[0] + at[-1] + at[1] + at[-(ptrdiff_t)width] + at[width];
            const int off = (5 * sum - 16 * middle) / 5;
            const int response = common - different - (off < 0 ? -off : off);
            out[x] = (int16_t)(response > 0 ? response : 0);
        }
    }
}

// Of equal ones, the first in reading order is the largest.
static bool is_largest(const int16_t *restrict at, size_t width, ptrdiff_t radius) {
    for (ptrdiff_t y = -radius; y <= radius; y++) {
        for (ptrdiff_t x = -radius; x <= radius; x++) {
            const int16_t other = at[y * (ptrdiff_t)width + x];
            const bool is_before = y < 0 || (y == 0 && x < 0);
            if (other > *at || (is_before && other == *at)) return false;
        }
    }
    return true;
}

size_t arete_grey_peaks(const int16_t *restrict responses, size_t width, size_t height, size_t radius, int16_t least,
                        uint32_t *restrict places, size_t most) {
    size_t count = 0;
    if (width <= 2 * radius || height <= 2 * radius) return 0;
    for (size_t y = radius; y < height - radius; y++) {
        for (size_t x = radius; x < width - radius; x++) {
            const int16_t *at = responses + y * width + x;
            if (*at < least || !is_largest(at, width, (ptrdiff_t)radius)) continue;
            if (count < most) places[count] = (uint32_t)(y * width + x);
            count++;
        }
    }
    return count;
}

// Sobel's gradients of a window, each weighted by how near it is: every gradient says that the point lies on the line
// across it.
static bool step(const uint8_t *restrict grey, size_t width, size_t height, double radius, double *restrict x,
                 double *restrict y) {
    const double px = *x, py = *y, reach = ceil(radius);
    if (!(px >= reach + 2 && py >= reach + 2 && px < (double)width - reach - 2 && py < (double)height - reach - 2))
        return false;
    const ptrdiff_t cx = (ptrdiff_t)floor(px + 0.5), cy = (ptrdiff_t)floor(py + 0.5), half = (ptrdiff_t)reach;
    const ptrdiff_t w = (ptrdiff_t)width;
    double xx = 0, xy = 0, yy = 0, bx = 0, by = 0;
    for (ptrdiff_t row = cy - half; row <= cy + half; row++) {
        const uint8_t *line = grey + row * w;
        for (ptrdiff_t column = cx - half; column <= cx + half; column++) {
            const double dx = (double)column - px, dy = (double)row - py;
            const double nearness = 1 - (dx * dx + dy * dy) / (radius * radius);
            if (nearness <= 0) continue;
            const uint8_t *at = line + column;
            const double gx = at[1 - w] - at[-1 - w] + 2 * (at[1] - at[-1]) + at[1 + w] - at[-1 + w];
            const double gy = at[w - 1] - at[-w - 1] + 2 * (at[w] - at[-w]) + at[w + 1] - at[-w + 1];
            const double weight = nearness * nearness;
            xx += weight * gx * gx;
            xy += weight * gx * gy;
            yy += weight * gy * gy;
            bx += weight * (gx * gx * dx + gx * gy * dy);
            by += weight * (gx * gy * dx + gy * gy * dy);
        }
    }
    const double determinant = xx * yy - xy * xy, trace = xx + yy;
    if (!(trace > 0) || determinant < 0.01 * trace * trace) return false;
    *x = px + (yy * bx - xy * by) / determinant;
    *y = py + (xx * by - xy * bx) / determinant;
    return true;
}

bool arete_grey_meeting(const uint8_t *restrict grey, size_t width, size_t height, double radius, double *restrict x,
                        double *restrict y) {
    enum { STEPS = 30 };
    double px = *x, py = *y;
    for (size_t i = 0; i < STEPS; i++) {
        const double beforeX = px, beforeY = py;
        if (!step(grey, width, height, radius, &px, &py)) return false;
        if (hypot(px - *x, py - *y) > radius / 2) return false;
        if (hypot(px - beforeX, py - beforeY) < 1e-3) break;
    }
    *x = px;
    *y = py;
    return true;
}
