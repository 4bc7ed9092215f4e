// Strided copies over a loop nest in terms of runs and of tiles of a transpose. A file defines `copy_tile_BITS`,
// TILE_ROWS(columns), the rows that a tile has at most, and `copy_rows`, which copies rows of bytes, before it includes
// this.
#pragma once
#include "arete_copy.h"
#include "nest_walk.h"

#define DEFINE_COPY(BITS)                                                                                              \
    static void copy_run_##BITS(char *y, ptrdiff_t y_step, const char *x, ptrdiff_t x_step, size_t n) {                \
        typedef uint##BITS##_t element;                                                                                \
        if (y_step == sizeof(element) && x_step == sizeof(element)) {                                                  \
            memcpy(y, x, n * sizeof(element));                                                                         \
        } else if (y_step == sizeof(element) && x_step == 0) {                                                         \
            const element value = *(const element *)x;                                                                 \
            for (size_t i = 0; i < n; i++) ((element *)y)[i] = value;                                                  \
        } else if (y_step == sizeof(element) && x_step == 2 * (ptrdiff_t)sizeof(element)) {                            \
            /* Every second element, as a focus has it: a loop that vectorizes. */                                     \
            const element *restrict from = (const element *)x;                                                         \
            element *restrict to = (element *)y;                                                                       \
            for (size_t i = 0; i < n; i++) to[i] = from[2 * i];                                                        \
        } else {                                                                                                       \
            for (size_t i = 0; i < n; i++, y += y_step, x += x_step) *(element *)y = *(const element *)x;              \
        }                                                                                                              \
    }                                                                                                                  \
    /* Each of `n` elements `times` times. */                                                                          \
    static void repeat_run_##BITS(char *y, const char *x, size_t n, size_t times) {                                    \
        const uint##BITS##_t *restrict from = (const uint##BITS##_t *)x;                                               \
        uint##BITS##_t *restrict to = (uint##BITS##_t *)y;                                                             \
        if (times == 2) {                                                                                              \
            for (size_t i = 0; i < n; i++) to[2 * i] = to[2 * i + 1] = from[i];                                        \
        } else {                                                                                                       \
            for (size_t i = 0; i < n; i++) {                                                                           \
                for (size_t j = 0; j < times; j++) *to++ = from[i];                                                    \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    static void copy_##BITS(const arete_nest *nest, char *y, const char *x, size_t begin, size_t end) {                \
        const ptrdiff_t size = BITS / 8;                                                                               \
        const size_t last = nest->rank - 1;                                                                            \
        const bool transposes = nest->rank > 1 && nest->stride[0][last] == size && nest->stride[1][last - 1] == size;  \
        const bool dense = nest->rank > 1 && nest->stride[0][last] == size && nest->stride[1][last] == size;           \
        const bool repeats = nest->rank > 1 && nest->stride[0][last] == size && nest->stride[1][last] == 0 &&          \
                             nest->stride[0][last - 1] == size * (ptrdiff_t)nest->extent[last] &&                      \
                             nest->stride[1][last - 1] == size;                                                        \
        arete_walk w = arete_walk_begin(nest, begin, end);                                                             \
        while (w.run != 0) {                                                                                           \
            char *const target = y + w.offset[0];                                                                      \
            const char *const source = x + w.offset[1];                                                                \
            const size_t rows = transposes && w.index[last] == 0 ? tile_rows(nest, &w) : 1;                            \
            const size_t repeated = repeats && w.index[last] == 0 ? whole_rows(nest, &w) : 1;                          \
            const size_t dense_rows = dense && w.index[last] == 0 ? whole_rows(nest, &w) : 1;                          \
            if (dense_rows > 1) {                                                                                      \
                copy_rows(target, nest->stride[0][last - 1], source, nest->stride[1][last - 1], dense_rows,            \
                          nest->extent[last] * sizeof(uint##BITS##_t));                                                \
                arete_walk_skip(&w, nest, last - 1, dense_rows);                                                       \
            } else if (repeated > 1) {                                                                                 \
                repeat_run_##BITS(target, source, repeated, nest->extent[last]);                                       \
                arete_walk_skip(&w, nest, last - 1, repeated);                                                         \
            } else if (rows > 1) {                                                                                     \
                const size_t tiles = whole_tiles(nest, &w, rows);                                                      \
                const ptrdiff_t y_tile = tiles > 1 ? nest->stride[0][last - 2] : 0;                                    \
                const ptrdiff_t x_tile = tiles > 1 ? nest->stride[1][last - 2] : 0;                                    \
                for (ptrdiff_t t = 0; t < (ptrdiff_t)tiles; t++) {                                                     \
                    copy_tile_##BITS(target + t * y_tile, nest->stride[0][last - 1], source + t * x_tile, w.step[1],   \
                                     rows, nest->extent[last]);                                                        \
                }                                                                                                      \
                arete_walk_skip(&w, nest, tiles > 1 ? last - 2 : last - 1, tiles > 1 ? tiles : rows);                  \
            } else {                                                                                                   \
                copy_run_##BITS(target, w.step[0], source, w.step[1], w.run);                                          \
                arete_walk_next(&w, nest);                                                                             \
            }                                                                                                          \
        }                                                                                                              \
    }

/// Whole rows from the walk's place on that differ in the next to last dimension alone.
static size_t whole_rows(const arete_nest *nest, const arete_walk *walk) {
    const size_t last = nest->rank - 1;
    const size_t room = nest->extent[last - 1] - walk->index[last - 1];
    const size_t whole = walk->left / nest->extent[last];
    return room < whole ? room : whole;
}

static size_t tile_rows(const arete_nest *nest, const arete_walk *walk) {
    const size_t most = TILE_ROWS(nest->extent[nest->rank - 1]), rows = whole_rows(nest, walk);
    return rows < most ? rows : most;
}

/// Tiles from the walk's place on that differ in the dimension outside them alone; 1 where a tile is not all that is
/// inside that dimension.
static size_t whole_tiles(const arete_nest *nest, const arete_walk *walk, size_t rows) {
    const size_t last = nest->rank - 1;
    if (last < 2 || rows != nest->extent[last - 1]) return 1;
    const size_t room = nest->extent[last - 2] - walk->index[last - 2];
    const size_t whole = walk->left / (rows * nest->extent[last]);
    return room < whole ? room : whole;
}

DEFINE_COPY(8)
DEFINE_COPY(16)
DEFINE_COPY(32)
DEFINE_COPY(64)

static inline void copy_nest(size_t element_size, const arete_nest *nest, void *y, const void *x, size_t begin,
                             size_t end) {
    switch (element_size) {
    case 1:
        copy_8(nest, y, x, begin, end);
        break;
    case 2:
        copy_16(nest, y, x, begin, end);
        break;
    case 4:
        copy_32(nest, y, x, begin, end);
        break;
    case 8:
        copy_64(nest, y, x, begin, end);
        break;
    default:
        break;
    }
}
