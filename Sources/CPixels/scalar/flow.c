#include "arete_pixels_flow.h"

#include <math.h>

enum { SIDE = ARETE_PATCH, AREA = SIDE * SIDE, BORDERED = SIDE + 2 };

// Products of the gradients of four rows, summed over each block of the row of blocks; border pixels have none.
static void block_row(const uint8_t *restrict bytes, size_t width, size_t height, size_t row, float *restrict sums) {
    for (size_t block = 0; block < width / ARETE_BLOCK; block++) {
        int32_t across = 0, down = 0, both = 0;
        for (size_t y = row * ARETE_BLOCK; y < (row + 1) * ARETE_BLOCK; y++) {
            if (y == 0 || y + 1 >= height) continue;
            const uint8_t *line = bytes + y * width;
            for (size_t x = block * ARETE_BLOCK; x < (block + 1) * ARETE_BLOCK; x++) {
                if (x == 0 || x + 1 >= width) continue;
                const int32_t dx = line[x + 1] - line[x - 1], dy = line[x + width] - line[(ptrdiff_t)(x - width)];
                across += dx * dx;
                down += dy * dy;
                both += dx * dy;
            }
        }
        sums[3 * block] = (float)across;
        sums[3 * block + 1] = (float)down;
        sums[3 * block + 2] = (float)both;
    }
}

void arete_grey_corners(const uint8_t *restrict bytes, size_t width, size_t height, float *restrict sums,
                        float *restrict strengths) {
    const size_t blocks = width / ARETE_BLOCK;
    if (blocks < 2 || height / ARETE_BLOCK < 2) return;
    float *upper = sums, *lower = sums + 3 * blocks;
    block_row(bytes, width, height, 0, upper);
    for (size_t row = 1; row < height / ARETE_BLOCK; row++) {
        block_row(bytes, width, height, row, lower);
        for (size_t block = 0; block + 1 < blocks; block++) {
            float sum[3];
            for (size_t i = 0; i < 3; i++)
                sum[i] =
                    upper[3 * block + i] + upper[3 * block + 3 + i] + lower[3 * block + i] + lower[3 * block + 3 + i];
            const float half = (sum[0] - sum[1]) / 2;
            // Differences are over two pixels: a quarter of their squares.
            *strengths++ = ((sum[0] + sum[1]) / 2 - sqrtf(half * half + sum[2] * sum[2])) / (4 * AREA);
        }
        float *next = upper;
        upper = lower;
        lower = next;
    }
}

// `count` rows of as many pixels from (x, y) on, between the pixels: 3 multiplies and 4 loads a value. The caller keeps
// it inside.
static inline void sample(const uint8_t *restrict bytes, size_t width, float x, float y, size_t count,
                          float *restrict out) {
    const float left = floorf(x), top = floorf(y);
    const float right = x - left, down = y - top;
    const float weights[4] = {(1 - right) * (1 - down), right * (1 - down), (1 - right) * down, right * down};
    const uint8_t *upper = bytes + (size_t)top * width + (size_t)left;
    for (size_t row = 0; row < count; row++, upper += width, out += count) {
        const uint8_t *lower = upper + width;
        for (size_t i = 0; i < count; i++)
            out[i] =
                weights[0] * upper[i] + weights[1] * upper[i + 1] + weights[2] * lower[i] + weights[3] * lower[i + 1];
    }
}

static inline int is_inside(float x, float y, float margin, size_t width, size_t height) {
    // One more pixel on the right and below has the other share of values between pixels. No number is not inside.
    return x >= margin && y >= margin && x + SIDE + margin + 1 <= (float)width &&
           y + SIDE + margin + 1 <= (float)height;
}

// Eight sums side by side, added up in one order on every machine.
static inline float total(const float *lanes) {
    return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
}

// Less the mean, so that light added to a patch makes no difference.
static inline void centre(float *restrict values) {
    float lanes[SIDE] = {0};
    for (size_t row = 0; row < SIDE; row++)
        for (size_t i = 0; i < SIDE; i++) lanes[i] += values[row * SIDE + i];
    const float mean = total(lanes) / AREA;
    for (size_t i = 0; i < AREA; i++) values[i] -= mean;
}

static inline float product(const float *restrict a, const float *restrict b) {
    float lanes[SIDE] = {0};
    for (size_t row = 0; row < SIDE; row++)
        for (size_t i = 0; i < SIDE; i++) lanes[i] += a[row * SIDE + i] * b[row * SIDE + i];
    return total(lanes);
}

float arete_grey_follow(const uint8_t *restrict from, const uint8_t *restrict to, size_t width, size_t height, float x,
                        float y, float *restrict shift) {
    enum { STEPS = 12 };
    const float enough = 0.02f, farthest_step = SIDE / 2;
    if (!is_inside(x, y, 1, width, height)) return -1;
    float bordered[BORDERED * BORDERED], patch[AREA], across[AREA], down[AREA];
    sample(from, width, x - 1, y - 1, BORDERED, bordered);
    for (size_t row = 0; row < SIDE; row++) {
        for (size_t i = 0; i < SIDE; i++) {
            const float *at = bordered + (row + 1) * BORDERED + i + 1;
            patch[row * SIDE + i] = *at;
            across[row * SIDE + i] = (at[1] - at[-1]) / 2;
            down[row * SIDE + i] = (at[BORDERED] - at[-BORDERED]) / 2;
        }
    }
    centre(patch);
    centre(across);
    centre(down);
    const float xx = product(across, across), yy = product(down, down), xy = product(across, down);
    const float determinant = xx * yy - xy * xy;
    // One grey level of gradient a pixel, squared, along the weaker direction.
    if (!(determinant > AREA * (xx + yy))) return -1;

    float right = shift[0], below = shift[1], seen[AREA];
    for (size_t step = 0;; step++) {
        if (!is_inside(x + right, y + below, 0, width, height)) return -1;
        sample(to, width, x + right, y + below, SIDE, seen);
        centre(seen);
        for (size_t i = 0; i < AREA; i++) seen[i] -= patch[i];
        if (step == STEPS) break;
        const float bx = product(across, seen), by = product(down, seen);
        const float dx = (yy * bx - xy * by) / determinant, dy = (xx * by - xy * bx) / determinant;
        if (!(fabsf(dx) < farthest_step && fabsf(dy) < farthest_step)) return -1;
        if (fabsf(dx) < enough && fabsf(dy) < enough) break;
        right -= dx;
        below -= dy;
    }
    shift[0] = right;
    shift[1] = below;
    float lanes[SIDE] = {0};
    for (size_t row = 0; row < SIDE; row++)
        for (size_t i = 0; i < SIDE; i++) lanes[i] += fabsf(seen[row * SIDE + i]);
    return total(lanes) / AREA;
}
