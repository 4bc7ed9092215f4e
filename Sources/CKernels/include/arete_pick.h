// Bytes chosen from rows of bytes: channels in another order, or some of them.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum { ARETE_PICK_EXTENT = 256 };

/// The same choice from every row.
typedef struct {
    size_t extent, count;  // bytes of a row, at most ARETE_PICK_EXTENT, and those chosen from it, as many at most
    const uint8_t *places; // `count`, below `extent`
    const uint8_t *table;  // 256 entries, what becomes of each byte; NULL: itself
} arete_pick;

/// y[r][i] = table[x[r][places[i]]]; rows lie the pitches apart.
void arete_pick_rows(const arete_pick *pick, const uint8_t *x, size_t x_pitch, uint8_t *y, size_t y_pitch, size_t rows);
