// Rotation and reflection, plain C: the specification of every faster version.
#include "arete_pixels_orient.h"

// Side of the square worked on at a time, so that the side that strides over rows stays in the first-level cache.
enum { BLOCK = 32 };

// Target pixel (x, y) is the source byte at start + x * step_x + y * step_y.
typedef struct {
    ptrdiff_t start;
    ptrdiff_t step_x;
    ptrdiff_t step_y;
} walk;

static walk walk_of(ptrdiff_t width, ptrdiff_t height, ptrdiff_t channels, int orientation) {
    const ptrdiff_t right = channels, down = width * channels;
    const ptrdiff_t last_column = (width - 1) * right, last_row = (height - 1) * down;
    switch (orientation) {
    case 2:
        return (walk){last_column, -right, down};
    case 3:
        return (walk){last_column + last_row, -right, -down};
    case 4:
        return (walk){last_row, right, -down};
    case 5:
        return (walk){0, down, right};
    case 6:
        return (walk){last_row, -down, right};
    case 7:
        return (walk){last_column + last_row, -down, -right};
    case 8:
        return (walk){last_column, down, -right};
    default:
        return (walk){0, right, down};
    }
}

static inline void turn(const uint8_t *restrict source, walk w, size_t columns, size_t rows, size_t channels,
                        uint8_t *restrict target) {
    for (size_t top = 0; top < rows; top += BLOCK) {
        const size_t bottom = top + BLOCK < rows ? top + BLOCK : rows;
        for (size_t left = 0; left < columns; left += BLOCK) {
            const size_t right = left + BLOCK < columns ? left + BLOCK : columns;
            for (size_t y = top; y < bottom; y++) {
                const uint8_t *from = source + w.start + (ptrdiff_t)y * w.step_y + (ptrdiff_t)left * w.step_x;
                uint8_t *to = target + (y * columns + left) * channels;
                for (size_t x = left; x < right; x++, from += w.step_x, to += channels) {
                    for (size_t c = 0; c < channels; c++) to[c] = from[c];
                }
            }
        }
    }
}

void arete_u8_orient(const uint8_t *restrict source, size_t width, size_t height, size_t channels, int orientation,
                     uint8_t *restrict target) {
    const walk w = walk_of((ptrdiff_t)width, (ptrdiff_t)height, (ptrdiff_t)channels, orientation);
    const size_t columns = orientation >= 5 ? height : width, rows = orientation >= 5 ? width : height;
    // The number of channels as a constant, so that the inner loop unrolls.
    if (channels == 1) turn(source, w, columns, rows, 1, target);
    if (channels == 3) turn(source, w, columns, rows, 3, target);
    if (channels == 4) turn(source, w, columns, rows, 4, target);
}
