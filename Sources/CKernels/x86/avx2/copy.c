// Strided copies over a loop nest, transposes by vectors.
#include "../../scalar/pad_rows.h"
#include "../layout.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#include "copy_rows.h"
#include "transpose.h"
// Interleaved rows need no tiles; others are as many as the cache lines that a block of columns keeps open.
#define TILE_ROWS(columns) ((columns) <= 4 ? (size_t)4096 : (size_t)64)
#include "../../scalar/copy_walk.h"

void arete_copy_avx2(size_t element_size, const arete_nest *nest, void *y, const void *x, size_t begin, size_t end) {
    copy_nest(element_size, nest, y, x, begin, end);
}

// Rows that are padded at their ends alone, as channels are: all of them filled, then what lies inside copied.
void arete_pad_avx2(const arete_pad_plan *plan, const void *x, const void *value, void *y, size_t begin, size_t end) {
    const size_t inner = arete_pad_row_dimensions(plan), outer = plan->rank - inner;
    bool is_plain = plan->rank > 0 && plan->mode == ARETE_PAD_CONSTANT && begin < end;
    for (size_t d = 0; d < outer && is_plain; d++) {
        is_plain = plan->before[d] == 0 && plan->x_shape[d] == plan->y_shape[d];
    }
    const size_t size = plan->element_size;
    const size_t unit = is_plain ? size * (inner == 2 ? plan->x_shape[outer + 1] : 1) : 0;
    const size_t y_row = is_plain ? plan->y_shape[outer] * unit : 0;
    if (y_row == 0 || y_row > 512 || plan->before[outer] < 0 ||
        (size_t)plan->before[outer] + plan->x_shape[outer] > plan->y_shape[outer]) {
        arete_pad(plan, x, value, y, begin, end);
        return;
    }
    const size_t x_row = plan->x_shape[outer] * unit;
    arete_fill(size, value, y, begin * y_row / size, end * y_row / size);
    copy_rows((char *)y + begin * y_row + (size_t)plan->before[outer] * unit, (ptrdiff_t)y_row,
              (const char *)x + begin * x_row, (ptrdiff_t)x_row, end - begin, x_row);
}
#pragma clang attribute pop

#endif
