// Tiles of a transpose, element by element: y[row][column] = x[column][row], x's rows dense.
#pragma once
#include <stddef.h>
#include <stdint.h>

#define DEFINE_COPY_TILE(BITS)                                                                                         \
    static inline void copy_tile_elements_##BITS(char *restrict y, ptrdiff_t y_pitch, const char *restrict x,          \
                                                 ptrdiff_t x_step, size_t rows, size_t columns) {                      \
        typedef uint##BITS##_t element;                                                                                \
        for (size_t c = 0; c < columns; c++, x += x_step, y += sizeof(element)) {                                      \
            const element *restrict source = (const element *)x;                                                       \
            for (size_t r = 0; r < rows; r++) *(element *)(y + (ptrdiff_t)r * y_pitch) = source[r];                    \
        }                                                                                                              \
    }
DEFINE_COPY_TILE(8)
DEFINE_COPY_TILE(16)
DEFINE_COPY_TILE(32)
DEFINE_COPY_TILE(64)
