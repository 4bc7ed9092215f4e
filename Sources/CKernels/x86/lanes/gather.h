// Gathers of the same bytes of block after block, as a shuffle of channels: each block is a table of at most 256 bytes,
// or its bytes are picked.
#pragma once
#include "../../scalar/gather_places.h"
#include "lookup.h"
#include "pick.h"

typedef struct {
    size_t first, last; // whole blocks
    uint8_t places[ARETE_PICK_EXTENT];
} gather_blocks;

/// False where the portable kernel is to do it all.
static inline bool gather_blocks_of(const arete_gather_plan *plan, const void *indices, size_t begin, size_t end,
                                    gather_blocks *blocks) {
    arete_gather_places places;
    blocks->first = plan->count == 0 ? 0 : (begin + plan->count - 1) / plan->count;
    blocks->last = plan->count == 0 ? 0 : end / plan->count;
    if (blocks->first >= blocks->last || plan->unit != 1 || plan->extent > 256 || plan->count < 16 ||
        !arete_gather_resolve(plan, indices, places)) {
        return false;
    }
    for (size_t i = 0; i < plan->count; i++) blocks->places[i] = (uint8_t)places[i];
    return true;
}

#if defined(LANES_512)

// The first `count` bytes of a table.
LANES_INLINE byte_table byte_table_load_some(const uint8_t *table, size_t count) {
    byte_table t;
    for (size_t k = 0; k < 4; k++) {
        const size_t left = count > 64 * k ? count - 64 * k : 0;
        t.part[k] = left == 0 ? _mm512_setzero_si512() : (__m512i)bytes_load_some(table + 64 * k, left);
    }
    return t;
}

LANES_INLINE void gather_whole_blocks(const arete_gather_plan *plan, const gather_blocks *b, const uint8_t *x,
                                      uint8_t *y) {
    for (size_t block = b->first; block < b->last; block++) {
        const byte_table t = byte_table_load_some(x + block * plan->extent, plan->extent);
        uint8_t *const to = y + block * plan->count;
        for (size_t i = 0; i < plan->count; i += LANE_BYTES) {
            const size_t left = plan->count - i;
            bytes_store_some(to + i, byte_table_look(&t, bytes_load_some(b->places + i, left)), left);
        }
    }
}

#define GATHER_WHOLE_BLOCKS(pick_rows, plan, blocks, x, y) gather_whole_blocks(plan, blocks, x, y)

#else

#define GATHER_WHOLE_BLOCKS(pick_rows, plan, blocks, x, y)                                                             \
    do {                                                                                                               \
        const arete_pick pick = {(plan)->extent, (plan)->count, (blocks)->places, 0};                                  \
        pick_rows(&pick, (x) + (blocks)->first * (plan)->extent, (plan)->extent,                                       \
                  (y) + (blocks)->first * (plan)->count, (plan)->count, (blocks)->last - (blocks)->first);             \
    } while (0)

#endif

#define GATHER_BYTES(name, pick_rows)                                                                                  \
    bool name(const arete_gather_plan *plan, const void *x, const void *indices, void *y, size_t begin, size_t end) {  \
        gather_blocks blocks;                                                                                          \
        if (plan->count > ARETE_PICK_EXTENT || !gather_blocks_of(plan, indices, begin, end, &blocks)) {                \
            return arete_gather(plan, x, indices, y, begin, end);                                                      \
        }                                                                                                              \
        GATHER_WHOLE_BLOCKS(pick_rows, plan, &blocks, (const uint8_t *)x, (uint8_t *)y);                               \
        arete_gather(plan, x, indices, y, begin, blocks.first * plan->count);                                          \
        arete_gather(plan, x, indices, y, blocks.last * plan->count, end);                                             \
        return true;                                                                                                   \
    }
