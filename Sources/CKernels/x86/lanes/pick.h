// Bytes chosen from rows of bytes: by permutations of bytes where there are some, else 16 bytes of a row at a time.
#pragma once
#include "arete_pick.h"
#include "lookup.h"

#if defined(LANES_VBMI)

/// Rows of at most 64 `parts` bytes, of which `vectors` vectors are chosen.
LANES_INLINE void pick_vectors(const arete_pick *pick, const uint8_t *x, size_t x_pitch, uint8_t *y, size_t y_pitch,
                               size_t rows, const size_t parts, const size_t vectors) {
    byte_table table, row;
    if (pick->table) table = byte_table_load(pick->table);
    __m512i places[ARETE_PICK_EXTENT / LANE_BYTES];
    __mmask64 kept[ARETE_PICK_EXTENT / LANE_BYTES];
    for (size_t i = 0; i < vectors; i++) {
        const size_t left = pick->count - i * LANE_BYTES;
        places[i] = (__m512i)bytes_load_some(pick->places + i * LANE_BYTES, left);
        kept[i] = byte_mask(left);
    }
    const __mmask64 last = byte_mask(pick->extent - (parts - 1) * LANE_BYTES);
    for (size_t k = parts; k < 4; k++) row.part[k] = _mm512_setzero_si512();
    for (size_t r = 0; r < rows; r++, x += x_pitch, y += y_pitch) {
        for (size_t k = 0; k + 1 < parts; k++) row.part[k] = _mm512_loadu_si512(x + k * LANE_BYTES);
        row.part[parts - 1] = _mm512_maskz_loadu_epi8(last, x + (parts - 1) * LANE_BYTES);
        for (size_t i = 0; i < vectors; i++) {
            bytes value = parts == 1   ? (bytes)_mm512_permutexvar_epi8(places[i], row.part[0])
                          : parts == 2 ? (bytes)_mm512_permutex2var_epi8(row.part[0], places[i], row.part[1])
                                       : byte_table_look(&row, (bytes)places[i]);
            if (pick->table) value = byte_table_look(&table, value);
            _mm512_mask_storeu_epi8(y + i * LANE_BYTES, kept[i], (__m512i)value);
        }
    }
}

#define PICK_ROWS(name)                                                                                                \
    void name(const arete_pick *pick, const uint8_t *x, size_t x_pitch, uint8_t *y, size_t y_pitch, size_t rows) {     \
        const size_t parts = (pick->extent + LANE_BYTES - 1) / LANE_BYTES;                                             \
        const size_t vectors = (pick->count + LANE_BYTES - 1) / LANE_BYTES;                                            \
        if (parts == 1) {                                                                                              \
            pick_vectors(pick, x, x_pitch, y, y_pitch, rows, 1, 1);                                                    \
        } else if (parts == 2 && vectors == 1) {                                                                       \
            pick_vectors(pick, x, x_pitch, y, y_pitch, rows, 2, 1);                                                    \
        } else {                                                                                                       \
            pick_vectors(pick, x, x_pitch, y, y_pitch, rows, parts, vectors);                                          \
        }                                                                                                              \
    }

#else

enum { PICK_PART = 16 };

/// Where the bytes chosen lie in one part of 16 bytes of a row; 128 for those that lie in others. The last part ends
/// with the row, so it shares bytes with the one before, which has them.
static inline void pick_part_places(const arete_pick *pick, size_t part, size_t start, uint8_t *places) {
    for (size_t i = 0; i < pick->count; i++) {
        const size_t place = pick->places[i];
        places[i] = place / PICK_PART == part ? (uint8_t)(place - start) : 128;
    }
    for (size_t i = pick->count; i % LANE_BYTES != 0; i++) places[i] = 128;
}

#define PICK_ROWS(name)                                                                                                \
    void name(const arete_pick *pick, const uint8_t *x, size_t x_pitch, uint8_t *y, size_t y_pitch, size_t rows) {     \
        const size_t extent = pick->extent, count = pick->count, parts = (extent + PICK_PART - 1) / PICK_PART;         \
        if (extent < PICK_PART || rows < 8) {                                                                          \
            arete_pick_rows(pick, x, x_pitch, y, y_pitch, rows);                                                       \
            return;                                                                                                    \
        }                                                                                                              \
        uint8_t places[ARETE_PICK_EXTENT / PICK_PART][ARETE_PICK_EXTENT];                                              \
        size_t starts[ARETE_PICK_EXTENT / PICK_PART];                                                                  \
        for (size_t k = 0; k < parts; k++) {                                                                           \
            starts[k] = k + 1 < parts ? k * PICK_PART : extent - PICK_PART;                                            \
            pick_part_places(pick, k, starts[k], places[k]);                                                           \
        }                                                                                                              \
        byte_table table;                                                                                              \
        if (pick->table) table = byte_table_load(pick->table);                                                         \
        for (size_t r = 0; r < rows; r++, x += x_pitch, y += y_pitch) {                                                \
            for (size_t i = 0; i < count; i += LANE_BYTES) {                                                           \
                bytes value = bytes_of(0);                                                                             \
                for (size_t k = 0; k < parts; k++) {                                                                   \
                    value |= bytes_shuffled(bytes_repeated(x + starts[k]), bytes_load(places[k] + i));                 \
                }                                                                                                      \
                if (pick->table) value = byte_table_look(&table, value);                                               \
                bytes_store_some(y + i, value, count - i);                                                             \
            }                                                                                                          \
        }                                                                                                              \
    }

#endif
