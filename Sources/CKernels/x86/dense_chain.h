// How weights are packed for tiles that multiply bytes in chains (dense_chain_tile.h): what a panel holds.
#pragma once
#include "dense_pack.h"

// A link is four bytes of the depth, from any byte of a run on, times four weights of each of 8 channels; a chain is up
// to CHAIN_LINKS links whose products are added in 16 bits. The weights of a chain are such that no activations make a
// product or a sum leave 16 bits.
enum { CHAIN_LINKS = 3, CHAIN_CHANNELS = 8, CHAIN_LINK_BYTES = 4 * CHAIN_CHANNELS };
// A single pixel takes so many links at once, without chains: panels end with links of no weights.
enum { CHAIN_PIXEL_LINKS = 4 };

/// What lies between the constants of a panel and its links: the number of chains of each length, then of links, in
/// their order from the longest chains on. A place for each link follows: its run in the upper half, where there is
/// more than one, and its first byte of it. Then come the weights.
typedef struct {
    uint32_t chains[CHAIN_LINKS];
    uint32_t links;
    uint32_t padding[8 - CHAIN_LINKS - 1];
} chain_head;

static inline size_t chain_padded(size_t bytes, size_t alignment) { return dense_parts(bytes, alignment) * alignment; }

/// Most links that a panel needs: two bytes of each run are done with every link but the first and the last one.
static inline size_t chain_most_links(const dense_plan *plan) {
    return plan->segments * (2 * plan->steps + 2) + CHAIN_PIXEL_LINKS;
}

/// Where places of links end and weights begin, from the head.
static inline size_t chain_weights_offset(size_t links) {
    return chain_padded(sizeof(chain_head) + links * sizeof(uint32_t), 32);
}

static inline size_t chain_panel_bytes(size_t links) {
    return DENSE_CONSTANT_BYTES * CHAIN_CHANNELS + chain_weights_offset(links) + links * CHAIN_LINK_BYTES;
}

/// Packed weights begin with the flags of the panels; where each panel begins and where the last one ends follows:
/// `chain_panels`.
static inline size_t chain_first_panel(const dense_plan *plan) {
    return dense_flag_bytes(plan) + chain_padded((plan->panels * plan->groups + 1) * sizeof(uint64_t), 64);
}

static inline const uint64_t *chain_panels(const dense_plan *plan, const uint8_t *packed) {
    return (const uint64_t *)(const void *)(packed + dense_flag_bytes(plan));
}

/// Bytes of the places of a panel's links as tiles see them, where those are not what is packed.
static inline size_t chain_place_bytes(const dense_plan *plan) {
    return plan->segments > 1 ? chain_padded(chain_most_links(plan) * sizeof(uint32_t), 64) : 0;
}

/// Memory that packing a panel takes.
typedef struct {
    int8_t *matrix;   // its weights in their order, and a group of zeros
    int8_t *links;    // weights
    uint32_t *places; // of the links
    uint32_t *next;   // of the links, in its chain
    uint32_t *chains; // first link and number of links of each
} chain_work;

static inline chain_work chain_work_pieces(const dense_plan *plan, uint8_t *memory) {
    const size_t most = chain_most_links(plan);
    chain_work work;
    work.matrix = (int8_t *)memory;
    work.links = work.matrix + (plan->segments * plan->steps + 1) * CHAIN_LINK_BYTES;
    work.places = (uint32_t *)(void *)(work.links + most * CHAIN_LINK_BYTES);
    work.next = work.places + most;
    work.chains = work.next + most;
    return work;
}

static inline size_t chain_work_bytes(const dense_plan *plan) {
    return (plan->segments * plan->steps + 1) * CHAIN_LINK_BYTES +
           chain_most_links(plan) * (CHAIN_LINK_BYTES + 4 * sizeof(uint32_t));
}

/// Bytes that packed weights take at most, as they are packed.
static inline size_t chain_packed_bytes(const dense_plan *plan) {
    const size_t panel = chain_panel_bytes(chain_most_links(plan));
    return chain_first_panel(plan) + plan->panels * plan->groups * panel + chain_work_bytes(plan);
}

/// Whether places of links and bytes from a pixel to them fit 32 bits.
static inline bool chain_takes(const arete_packed_conv *layer, const dense_plan *plan) {
    const size_t runs = plan->segments > 1 ? UINT16_MAX : 1, bytes = plan->segments > 1 ? UINT16_MAX : UINT32_MAX;
    return plan->segments <= runs && plan->steps <= bytes / 4 &&
           dense_segment_offset(layer, plan, plan->segments - 1) <= UINT32_MAX - 4 * plan->steps;
}
