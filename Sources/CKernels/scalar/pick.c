// Bytes chosen from rows of bytes, one by one.
#include "arete_pick.h"

void arete_pick_rows(const arete_pick *pick, const uint8_t *x, size_t x_pitch, uint8_t *y, size_t y_pitch,
                     size_t rows) {
    for (size_t r = 0; r < rows; r++, x += x_pitch, y += y_pitch) {
        for (size_t i = 0; i < pick->count; i++) {
            const uint8_t value = x[pick->places[i]];
            y[i] = pick->table ? pick->table[value] : value;
        }
    }
}
