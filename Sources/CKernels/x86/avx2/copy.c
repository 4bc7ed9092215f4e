// Strided copies over a loop nest, transposes by vectors.
#include "../layout.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#include "transpose.h"
// Interleaved rows need no tiles; others are as many as the cache lines that a block of columns keeps open.
#define TILE_ROWS(columns) ((columns) <= 4 ? (size_t)4096 : (size_t)64)
#include "../../scalar/copy_walk.h"

void arete_copy_avx2(size_t element_size, const arete_nest *nest, void *y, const void *x, size_t begin, size_t end) {
    copy_nest(element_size, nest, y, x, begin, end);
}
#pragma clang attribute pop

#endif
