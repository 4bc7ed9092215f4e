// Strided copies over a loop nest: blocks for dense runs, tiles for transposes.
#include "copy_tile.h"
#include <string.h>

// Rows that a transposing copy handles together, so that it uses all of each cache line it reads.
#define TILE_ROWS(columns) (size_t)16
#define copy_tile_8 copy_tile_elements_8
#define copy_tile_16 copy_tile_elements_16
#define copy_tile_32 copy_tile_elements_32
#define copy_tile_64 copy_tile_elements_64

static void copy_rows(char *y, ptrdiff_t y_pitch, const char *x, ptrdiff_t x_pitch, size_t rows, size_t bytes) {
    for (size_t r = 0; r < rows; r++, y += y_pitch, x += x_pitch) memcpy(y, x, bytes);
}
#include "copy_walk.h"

void arete_copy(size_t element_size, const arete_nest *nest, void *y, const void *x, size_t begin, size_t end) {
    copy_nest(element_size, nest, y, x, begin, end);
}

void arete_copy_rows(void *y, size_t y_pitch, const void *x, size_t x_pitch, size_t row_bytes, size_t begin,
                     size_t end) {
    for (size_t row = begin; row < end; row++) {
        memcpy((char *)y + row * y_pitch, (const char *)x + row * x_pitch, row_bytes);
    }
}

#define FILL(BITS)                                                                                                     \
    {                                                                                                                  \
        const uint##BITS##_t element = *(const uint##BITS##_t *)value;                                                 \
        for (size_t i = begin; i < end; i++) ((uint##BITS##_t *)y)[i] = element;                                       \
    }

void arete_fill(size_t element_size, const void *value, void *y, size_t begin, size_t end) {
    switch (element_size) {
    case 1:
        FILL(8) break;
    case 2:
        FILL(16) break;
    case 4:
        FILL(32) break;
    case 8:
        FILL(64) break;
    default:
        break;
    }
}
