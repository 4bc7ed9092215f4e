// Matrices with a diagonal, and triangles of matrices.
#include "arete_copy.h"
#include <string.h>

/// The first column that lies on or right of diagonal k in `row`, within 0 ... columns.
static size_t diagonal_column(size_t row, size_t columns, int64_t k) {
    int64_t column;
    if (__builtin_add_overflow((int64_t)row, k, &column)) column = k < 0 ? 0 : INT64_MAX;
    return column < 0 ? 0 : (uint64_t)column > columns ? columns : (size_t)column;
}

void arete_triangle(size_t element_size, size_t rows, size_t columns, int64_t k, bool upper, const void *x, void *y,
                    size_t begin, size_t end) {
    const size_t pitch = columns * element_size;
    for (size_t at = begin; at < end; at++) {
        char *const target = (char *)y + at * pitch;
        const char *const source = (const char *)x + at * pitch;
        const size_t row = at % rows;
        if (upper) {
            const size_t zeros = diagonal_column(row, columns, k) * element_size;
            memset(target, 0, zeros);
            memcpy(target + zeros, source + zeros, pitch - zeros);
        } else {
            const size_t kept = diagonal_column(row + 1, columns, k) * element_size;
            memcpy(target, source, kept);
            memset(target + kept, 0, pitch - kept);
        }
    }
}

void arete_eye(size_t element_size, size_t columns, int64_t k, const void *one, void *y, size_t begin, size_t end) {
    const size_t pitch = columns * element_size;
    for (size_t row = begin; row < end; row++) {
        char *const target = (char *)y + row * pitch;
        memset(target, 0, pitch);
        int64_t column;
        if (__builtin_add_overflow((int64_t)row, k, &column)) continue;
        if (column >= 0 && (uint64_t)column < columns)
            memcpy(target + (size_t)column * element_size, one, element_size);
    }
}
