// Tiles of a transpose by vectors: y[row][column] = x[column][row], x's rows dense. Blocks of 16, 8 or 4 elements a
// side; where a tile is no multiple of them the last block overlaps the one before. To be included in a target region.
#pragma once
#include "../../scalar/copy_tile.h"

// Interleaving the first half of the vectors with the second as often as their number has bits transposes them.
static inline void transpose_bytes_16(__m128i v[16]) {
    __m128i t[16];
    for (int k = 0; k < 2; k++) {
        for (int i = 0; i < 8; i++) {
            t[2 * i] = _mm_unpacklo_epi8(v[i], v[i + 8]);
            t[2 * i + 1] = _mm_unpackhi_epi8(v[i], v[i + 8]);
        }
        for (int i = 0; i < 8; i++) {
            v[2 * i] = _mm_unpacklo_epi8(t[i], t[i + 8]);
            v[2 * i + 1] = _mm_unpackhi_epi8(t[i], t[i + 8]);
        }
    }
}

// A block of 16 rows and up to 16 columns; at least 8.
static inline void copy_block_bytes(char *restrict y, ptrdiff_t y_pitch, const char *restrict x, ptrdiff_t x_step,
                                    size_t columns) {
    __m128i v[16];
    for (size_t c = 0; c < 16; c++) {
        v[c] = c < columns ? _mm_loadu_si128((const __m128i *)(x + (ptrdiff_t)c * x_step)) : _mm_setzero_si128();
    }
    transpose_bytes_16(v);
    if (columns == 16) {
        for (ptrdiff_t r = 0; r < 16; r++) _mm_storeu_si128((__m128i *)(y + r * y_pitch), v[r]);
        return;
    }
    // The last eight columns, which may overlap the first eight.
    const char last = (char)(columns - 8);
    const __m128i order =
        _mm_add_epi8(_mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 0, 0, 0, 0, 0, 0, 0, 0), _mm_set1_epi8(last));
    for (ptrdiff_t r = 0; r < 16; r++) {
        _mm_storel_epi64((__m128i *)(y + r * y_pitch), v[r]);
        _mm_storel_epi64((__m128i *)(y + r * y_pitch + last), _mm_shuffle_epi8(v[r], order));
    }
}

// Where block `i` of a side of `count` elements begins; the last one overlaps.
static inline size_t block_start(size_t i, size_t block, size_t count) {
    return (i + 1) * block <= count ? i * block : count - block;
}

// Two, three or four dense columns: 16 rows or more interleaved.
__attribute__((always_inline)) static inline void interleave_bytes(char *restrict to, const char *restrict x,
                                                                   ptrdiff_t x_step, size_t rows, size_t columns) {
    for (size_t i = 0; i * 16 < rows; i++) {
        const size_t r = block_start(i, 16, rows);
        char *const y = to + r * columns;
        const __m128i a = _mm_loadu_si128((const __m128i *)(x + r));
        const __m128i b = _mm_loadu_si128((const __m128i *)(x + r + x_step));
        __m128i *const target = (__m128i *)y;
        if (columns == 2) {
            _mm_storeu_si128(target, _mm_unpacklo_epi8(a, b));
            _mm_storeu_si128(target + 1, _mm_unpackhi_epi8(a, b));
            continue;
        }
        const __m128i c = _mm_loadu_si128((const __m128i *)(x + r + 2 * x_step));
        if (columns == 3) {
            const char n = -1;
            const __m128i from_a[3] = {_mm_setr_epi8(0, n, n, 1, n, n, 2, n, n, 3, n, n, 4, n, n, 5),
                                       _mm_setr_epi8(n, n, 6, n, n, 7, n, n, 8, n, n, 9, n, n, 10, n),
                                       _mm_setr_epi8(n, 11, n, n, 12, n, n, 13, n, n, 14, n, n, 15, n, n)};
            const __m128i from_b[3] = {_mm_setr_epi8(n, 0, n, n, 1, n, n, 2, n, n, 3, n, n, 4, n, n),
                                       _mm_setr_epi8(5, n, n, 6, n, n, 7, n, n, 8, n, n, 9, n, n, 10),
                                       _mm_setr_epi8(n, n, 11, n, n, 12, n, n, 13, n, n, 14, n, n, 15, n)};
            const __m128i from_c[3] = {_mm_setr_epi8(n, n, 0, n, n, 1, n, n, 2, n, n, 3, n, n, 4, n),
                                       _mm_setr_epi8(n, 5, n, n, 6, n, n, 7, n, n, 8, n, n, 9, n, n),
                                       _mm_setr_epi8(10, n, n, 11, n, n, 12, n, n, 13, n, n, 14, n, n, 15)};
            for (int k = 0; k < 3; k++) {
                const __m128i ab = _mm_or_si128(_mm_shuffle_epi8(a, from_a[k]), _mm_shuffle_epi8(b, from_b[k]));
                _mm_storeu_si128(target + k, _mm_or_si128(ab, _mm_shuffle_epi8(c, from_c[k])));
            }
            continue;
        }
        const __m128i d = _mm_loadu_si128((const __m128i *)(x + r + 3 * x_step));
        const __m128i low[2] = {_mm_unpacklo_epi8(a, b), _mm_unpackhi_epi8(a, b)};
        const __m128i high[2] = {_mm_unpacklo_epi8(c, d), _mm_unpackhi_epi8(c, d)};
        for (int k = 0; k < 2; k++) {
            _mm_storeu_si128(target + 2 * k, _mm_unpacklo_epi16(low[k], high[k]));
            _mm_storeu_si128(target + 2 * k + 1, _mm_unpackhi_epi16(low[k], high[k]));
        }
    }
}

// Two, three or four dense rows of the source: 16 columns or more taken apart.
__attribute__((always_inline)) static inline void
deinterleave_bytes(char *restrict to, ptrdiff_t y_pitch, const char *restrict from, size_t rows, size_t columns) {
    const char n = -1;
    for (size_t i = 0; i * 16 < columns; i++) {
        const size_t c = block_start(i, 16, columns);
        const char *const x = from + c * rows;
        char *const y = to + c;
        __m128i v[4];
        for (size_t k = 0; k < rows; k++) v[k] = _mm_loadu_si128((const __m128i *)x + k);
        if (rows == 2) {
            const __m128i order = _mm_setr_epi8(0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15);
            const __m128i a = _mm_shuffle_epi8(v[0], order), b = _mm_shuffle_epi8(v[1], order);
            _mm_storeu_si128((__m128i *)y, _mm_unpacklo_epi64(a, b));
            _mm_storeu_si128((__m128i *)(y + y_pitch), _mm_unpackhi_epi64(a, b));
        } else if (rows == 3) {
            const __m128i order[3][3] = {{_mm_setr_epi8(0, 3, 6, 9, 12, 15, n, n, n, n, n, n, n, n, n, n),
                                          _mm_setr_epi8(n, n, n, n, n, n, 2, 5, 8, 11, 14, n, n, n, n, n),
                                          _mm_setr_epi8(n, n, n, n, n, n, n, n, n, n, n, 1, 4, 7, 10, 13)},
                                         {_mm_setr_epi8(1, 4, 7, 10, 13, n, n, n, n, n, n, n, n, n, n, n),
                                          _mm_setr_epi8(n, n, n, n, n, 0, 3, 6, 9, 12, 15, n, n, n, n, n),
                                          _mm_setr_epi8(n, n, n, n, n, n, n, n, n, n, n, 2, 5, 8, 11, 14)},
                                         {_mm_setr_epi8(2, 5, 8, 11, 14, n, n, n, n, n, n, n, n, n, n, n),
                                          _mm_setr_epi8(n, n, n, n, n, 1, 4, 7, 10, 13, n, n, n, n, n, n),
                                          _mm_setr_epi8(n, n, n, n, n, n, n, n, n, n, 0, 3, 6, 9, 12, 15)}};
            for (int k = 0; k < 3; k++) {
                const __m128i part =
                    _mm_or_si128(_mm_shuffle_epi8(v[0], order[k][0]), _mm_shuffle_epi8(v[1], order[k][1]));
                _mm_storeu_si128((__m128i *)(y + k * y_pitch), _mm_or_si128(part, _mm_shuffle_epi8(v[2], order[k][2])));
            }
        } else {
            const __m128i order = _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
            for (int k = 0; k < 4; k++) v[k] = _mm_shuffle_epi8(v[k], order);
            const __m128i low[2] = {_mm_unpacklo_epi32(v[0], v[1]), _mm_unpacklo_epi32(v[2], v[3])};
            const __m128i high[2] = {_mm_unpackhi_epi32(v[0], v[1]), _mm_unpackhi_epi32(v[2], v[3])};
            _mm_storeu_si128((__m128i *)y, _mm_unpacklo_epi64(low[0], low[1]));
            _mm_storeu_si128((__m128i *)(y + y_pitch), _mm_unpackhi_epi64(low[0], low[1]));
            _mm_storeu_si128((__m128i *)(y + 2 * y_pitch), _mm_unpacklo_epi64(high[0], high[1]));
            _mm_storeu_si128((__m128i *)(y + 3 * y_pitch), _mm_unpackhi_epi64(high[0], high[1]));
        }
    }
}

static void copy_tile_8(char *restrict y, ptrdiff_t y_pitch, const char *restrict x, ptrdiff_t x_step, size_t rows,
                        size_t columns) {
    if (columns >= 2 && columns <= 4 && y_pitch == (ptrdiff_t)columns && rows >= 16) {
        if (columns == 2) interleave_bytes(y, x, x_step, rows, 2);
        if (columns == 3) interleave_bytes(y, x, x_step, rows, 3);
        if (columns == 4) interleave_bytes(y, x, x_step, rows, 4);
    } else if (rows >= 2 && rows <= 4 && x_step == (ptrdiff_t)rows && columns >= 16) {
        if (rows == 2) deinterleave_bytes(y, y_pitch, x, 2, columns);
        if (rows == 3) deinterleave_bytes(y, y_pitch, x, 3, columns);
        if (rows == 4) deinterleave_bytes(y, y_pitch, x, 4, columns);
    } else if (columns >= 8 && rows >= 16) {
        for (size_t c = 0; c * 16 < columns; c++) {
            const size_t column = columns < 16 ? 0 : block_start(c, 16, columns);
            for (size_t r = 0; r * 16 < rows; r++) {
                const size_t row = block_start(r, 16, rows);
                copy_block_bytes(y + (ptrdiff_t)row * y_pitch + column, y_pitch, x + (ptrdiff_t)column * x_step + row,
                                 x_step, columns < 16 ? columns : 16);
            }
        }
    } else {
        copy_tile_elements_8(y, y_pitch, x, x_step, rows, columns);
    }
}

// Three dense columns of 16-bit elements: eight rows or more interleaved, as the pixels of an image of three planes.
static inline void interleave_halves(char *restrict to, const char *restrict x, ptrdiff_t x_step, size_t rows) {
    const char n = -1;
    const __m128i from_a[3] = {_mm_setr_epi8(0, 1, n, n, n, n, 2, 3, n, n, n, n, 4, 5, n, n),
                               _mm_setr_epi8(n, n, 6, 7, n, n, n, n, 8, 9, n, n, n, n, 10, 11),
                               _mm_setr_epi8(n, n, n, n, 12, 13, n, n, n, n, 14, 15, n, n, n, n)};
    const __m128i from_b[3] = {_mm_setr_epi8(n, n, 0, 1, n, n, n, n, 2, 3, n, n, n, n, 4, 5),
                               _mm_setr_epi8(n, n, n, n, 6, 7, n, n, n, n, 8, 9, n, n, n, n),
                               _mm_setr_epi8(10, 11, n, n, n, n, 12, 13, n, n, n, n, 14, 15, n, n)};
    const __m128i from_c[3] = {_mm_setr_epi8(n, n, n, n, 0, 1, n, n, n, n, 2, 3, n, n, n, n),
                               _mm_setr_epi8(4, 5, n, n, n, n, 6, 7, n, n, n, n, 8, 9, n, n),
                               _mm_setr_epi8(n, n, 10, 11, n, n, n, n, 12, 13, n, n, n, n, 14, 15)};
    for (size_t i = 0; i * 8 < rows; i++) {
        const size_t r = block_start(i, 8, rows);
        const char *const from = x + 2 * r;
        __m128i *const target = (__m128i *)(to + 6 * r);
        const __m128i a = _mm_loadu_si128((const __m128i *)from), b = _mm_loadu_si128((const __m128i *)(from + x_step));
        const __m128i c = _mm_loadu_si128((const __m128i *)(from + 2 * x_step));
        for (int k = 0; k < 3; k++) {
            const __m128i ab = _mm_or_si128(_mm_shuffle_epi8(a, from_a[k]), _mm_shuffle_epi8(b, from_b[k]));
            _mm_storeu_si128(target + k, _mm_or_si128(ab, _mm_shuffle_epi8(c, from_c[k])));
        }
    }
}

static void copy_tile_16(char *restrict y, ptrdiff_t y_pitch, const char *restrict x, ptrdiff_t x_step, size_t rows,
                         size_t columns) {
    if (columns == 3 && y_pitch == 6 && rows >= 8) {
        interleave_halves(y, x, x_step, rows);
        return;
    }
    if (rows < 8 || columns < 8) {
        copy_tile_elements_16(y, y_pitch, x, x_step, rows, columns);
        return;
    }
    for (size_t j = 0; j * 8 < columns; j++) {
        const size_t column = block_start(j, 8, columns);
        for (size_t i = 0; i * 8 < rows; i++) {
            const size_t row = block_start(i, 8, rows);
            const char *const source = x + (ptrdiff_t)column * x_step + 2 * row;
            char *const target = y + (ptrdiff_t)row * y_pitch + 2 * column;
            __m128i v[8], t[8];
            for (int c = 0; c < 8; c++) v[c] = _mm_loadu_si128((const __m128i *)(source + c * x_step));
            for (int k = 0; k < 3; k++) {
                for (int n = 0; n < 4; n++) {
                    t[2 * n] = _mm_unpacklo_epi16(v[n], v[n + 4]);
                    t[2 * n + 1] = _mm_unpackhi_epi16(v[n], v[n + 4]);
                }
                for (int n = 0; n < 8; n++) v[n] = t[n];
            }
            for (int r = 0; r < 8; r++) _mm_storeu_si128((__m128i *)(target + r * y_pitch), v[r]);
        }
    }
}

// Four columns by four rows.
static inline void copy_block_words(char *restrict y, ptrdiff_t y_pitch, const char *restrict x, ptrdiff_t x_step) {
    const __m128i a = _mm_loadu_si128((const __m128i *)x), b = _mm_loadu_si128((const __m128i *)(x + x_step));
    const __m128i c = _mm_loadu_si128((const __m128i *)(x + 2 * x_step));
    const __m128i d = _mm_loadu_si128((const __m128i *)(x + 3 * x_step));
    const __m128i low_ac = _mm_unpacklo_epi32(a, c), high_ac = _mm_unpackhi_epi32(a, c);
    const __m128i low_bd = _mm_unpacklo_epi32(b, d), high_bd = _mm_unpackhi_epi32(b, d);
    _mm_storeu_si128((__m128i *)y, _mm_unpacklo_epi32(low_ac, low_bd));
    _mm_storeu_si128((__m128i *)(y + y_pitch), _mm_unpackhi_epi32(low_ac, low_bd));
    _mm_storeu_si128((__m128i *)(y + 2 * y_pitch), _mm_unpacklo_epi32(high_ac, high_bd));
    _mm_storeu_si128((__m128i *)(y + 3 * y_pitch), _mm_unpackhi_epi32(high_ac, high_bd));
}

// Three dense columns: four rows or more interleaved, as the pixels of an image of three planes.
static inline void interleave_words(char *restrict to, const char *restrict x, ptrdiff_t x_step, size_t rows) {
    for (size_t i = 0; i * 4 < rows; i++) {
        const size_t r = block_start(i, 4, rows);
        const float *const from = (const float *)x + r;
        float *const y = (float *)to + 3 * r;
        const __m128 a = _mm_loadu_ps(from), b = _mm_loadu_ps((const float *)((const char *)from + x_step));
        const __m128 c = _mm_loadu_ps((const float *)((const char *)from + 2 * x_step));
        const __m128 c0_a1 = _mm_shuffle_ps(c, a, 0x50), b1_c1 = _mm_shuffle_ps(b, c, 0x55);
        const __m128 a2_b2 = _mm_shuffle_ps(a, b, 0xAA), c2_a3 = _mm_shuffle_ps(c, a, 0xFA);
        const __m128 b3_c3 = _mm_shuffle_ps(b, c, 0xFF);
        _mm_storeu_ps(y, _mm_shuffle_ps(_mm_unpacklo_ps(a, b), c0_a1, 0x84));
        _mm_storeu_ps(y + 4, _mm_shuffle_ps(b1_c1, a2_b2, 0x88));
        _mm_storeu_ps(y + 8, _mm_shuffle_ps(c2_a3, b3_c3, 0x88));
    }
}

static void copy_tile_32(char *restrict y, ptrdiff_t y_pitch, const char *restrict x, ptrdiff_t x_step, size_t rows,
                         size_t columns) {
    if (columns == 3 && y_pitch == 12 && rows >= 4) {
        interleave_words(y, x, x_step, rows);
        return;
    }
    if (rows < 4 || columns < 4) {
        copy_tile_elements_32(y, y_pitch, x, x_step, rows, columns);
        return;
    }
    for (size_t j = 0; j * 4 < columns; j++) {
        const size_t column = block_start(j, 4, columns);
        for (size_t i = 0; i * 4 < rows; i++) {
            const size_t row = block_start(i, 4, rows);
            copy_block_words(y + (ptrdiff_t)row * y_pitch + 4 * column, y_pitch,
                             x + (ptrdiff_t)column * x_step + 4 * row, x_step);
        }
    }
}

#define copy_tile_64 copy_tile_elements_64
