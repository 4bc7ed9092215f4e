// Rows of bytes copied by vectors: short ones are not worth a call of the library each. To be included in a target
// region.
#pragma once
#include <string.h>

// A row of one vector to two: the second ends where the row ends.
#define COPY_ROWS(TYPE)                                                                                                \
    for (size_t r = 0; r < rows; r++, y += y_pitch, x += x_pitch) {                                                    \
        TYPE first, second;                                                                                            \
        memcpy(&first, x, sizeof first);                                                                               \
        memcpy(&second, x + bytes - sizeof second, sizeof second);                                                     \
        memcpy(y, &first, sizeof first);                                                                               \
        memcpy(y + bytes - sizeof second, &second, sizeof second);                                                     \
    }

static void copy_rows(char *restrict y, ptrdiff_t y_pitch, const char *restrict x, ptrdiff_t x_pitch, size_t rows,
                      size_t bytes) {
    if (bytes > 1024 || (bytes > 64 && x_pitch == 0)) { // the library's copy is better at one row many times
        for (size_t r = 0; r < rows; r++, y += y_pitch, x += x_pitch) memcpy(y, x, bytes);
    } else if (bytes > 64) {
        for (size_t r = 0; r < rows; r++, y += y_pitch, x += x_pitch) {
            for (size_t i = 0; i + 32 < bytes; i += 32) {
                _mm256_storeu_si256((__m256i *)(y + i), _mm256_loadu_si256((const __m256i *)(x + i)));
            }
            const __m256i end = _mm256_loadu_si256((const __m256i *)(x + bytes - 32));
            _mm256_storeu_si256((__m256i *)(y + bytes - 32), end);
        }
    } else if (bytes >= 32) {
        COPY_ROWS(__m256i)
    } else if (bytes >= 16) {
        COPY_ROWS(__m128i)
    } else if (bytes >= 8) {
        COPY_ROWS(uint64_t)
    } else if (bytes >= 4) {
        COPY_ROWS(uint32_t)
    } else if (bytes >= 2) {
        COPY_ROWS(uint16_t)
    } else if (bytes == 1) {
        for (size_t r = 0; r < rows; r++, y += y_pitch, x += x_pitch) *y = *x;
    }
}
