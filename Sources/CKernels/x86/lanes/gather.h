// Gathers of the same bytes of block after block, as a shuffle of channels: each block is a table of at most 256 bytes.
#pragma once
#include "../../scalar/gather_places.h"
#include "lookup.h"

// The first `count` bytes of a table.
LANES_INLINE byte_table byte_table_load_some(const uint8_t *table, size_t count) {
    byte_table t;
    for (size_t k = 0; k < 4; k++) {
        const size_t left = count > 64 * k ? count - 64 * k : 0;
        t.part[k] = left == 0 ? _mm512_setzero_si512() : (__m512i)bytes_load_some(table + 64 * k, left);
    }
    return t;
}

#define GATHER_BYTES(name)                                                                                             \
    bool name(const arete_gather_plan *plan, const void *x, const void *indices, void *y, size_t begin, size_t end) {  \
        arete_gather_places places;                                                                                    \
        uint8_t places_of_bytes[ARETE_GATHER_PLACES];                                                                  \
        const size_t first = plan->count == 0 ? 0 : (begin + plan->count - 1) / plan->count;                           \
        const size_t last = plan->count == 0 ? 0 : end / plan->count;                                                  \
        if (first >= last || plan->unit != 1 || plan->extent > 256 || plan->count < 16 ||                              \
            !arete_gather_resolve(plan, indices, places)) {                                                            \
            return arete_gather(plan, x, indices, y, begin, end);                                                      \
        }                                                                                                              \
        for (size_t i = 0; i < plan->count; i++) places_of_bytes[i] = (uint8_t)places[i];                              \
        for (size_t block = first; block < last; block++) {                                                            \
            const byte_table t = byte_table_load_some((const uint8_t *)x + block * plan->extent, plan->extent);        \
            uint8_t *const to = (uint8_t *)y + block * plan->count;                                                    \
            for (size_t i = 0; i < plan->count; i += LANE_BYTES) {                                                     \
                const size_t left = plan->count - i;                                                                   \
                bytes_store_some(to + i, byte_table_look(&t, bytes_load_some(places_of_bytes + i, left)), left);       \
            }                                                                                                          \
        }                                                                                                              \
        arete_gather(plan, x, indices, y, begin, first * plan->count);                                                 \
        arete_gather(plan, x, indices, y, last * plan->count, end);                                                    \
        return true;                                                                                                   \
    }
