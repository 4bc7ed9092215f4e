// Weights of bytes cut into links and put together to chains. To be included inside the target region.
#pragma once
#include "dense_chain.h"

// `vpmaddubsw` saturates the sum of two products, which 16 bits hold for any activations as long as the positive ones
// of the two weights sum up to 128 at most, and the negative ones. Where a pair of some channel has more, its second
// weight is cut and the rest left to the next link, which begins with that byte; where the first two bytes of a link
// are such a pair, it begins a byte before them with no weights. So an unsafe pair costs a link a byte or two, not a
// link of its own. Links are then added to chains, which obey the same bounds, as long as there is one that has room.

/// The sums of the positive and of the negative weights of each pair, bytes of at most 255.
static inline __m256i chain_need(__m256i weights) {
    const __m256i zero = _mm256_setzero_si256(), ones = _mm256_set1_epi8(1);
    const __m256i positive = _mm256_max_epi8(weights, zero);
    const __m256i negative = _mm256_sub_epi8(zero, _mm256_min_epi8(weights, zero));
    return _mm256_packus_epi16(_mm256_maddubs_epi16(positive, ones), _mm256_maddubs_epi16(negative, ones));
}

static inline bool chain_is_safe(__m256i need) {
    const __m256i over = _mm256_subs_epu8(need, _mm256_set1_epi8((char)128));
    return _mm256_testz_si256(over, over);
}

/// What must be taken from the second weight of each pair, words.
static inline __m256i chain_excess(__m256i weights) {
    const __m256i zero = _mm256_setzero_si256(), ones = _mm256_set1_epi8(1), bound = _mm256_set1_epi16(128);
    const __m256i positive = _mm256_maddubs_epi16(_mm256_max_epi8(weights, zero), ones);
    const __m256i negative = _mm256_maddubs_epi16(_mm256_sub_epi8(zero, _mm256_min_epi8(weights, zero)), ones);
    return _mm256_sub_epi16(_mm256_subs_epu16(positive, bound), _mm256_subs_epu16(negative, bound));
}

/// The weights of four bytes from byte `at` of a matrix of groups of four on.
static inline __m256i chain_window(const int8_t *matrix, size_t at) {
    const __m256i *group = (const __m256i *)(const void *)(matrix + at / 4 * CHAIN_LINK_BYTES);
    const __m128i shift = _mm_cvtsi32_si128((int)(8 * (at % 4)));
    const __m128i rest = _mm_cvtsi32_si128((int)(32 - 8 * (at % 4)));
    return _mm256_or_si256(_mm256_srl_epi32(_mm256_loadu_si256(group), shift),
                           _mm256_sll_epi32(_mm256_loadu_si256(group + 1), rest));
}

/// The chains that links may still join, oldest first.
enum { CHAIN_OPEN = 16 };
typedef struct {
    chain_work work;
    size_t links, chains;
    size_t open;
    __m256i full[CHAIN_OPEN]; // need of their links
    uint32_t index[CHAIN_OPEN], last[CHAIN_OPEN];
} chain_packer;

static inline void chain_close(chain_packer *packer, size_t k) {
    packer->open--;
    for (; k < packer->open; k++) {
        packer->full[k] = packer->full[k + 1];
        packer->index[k] = packer->index[k + 1];
        packer->last[k] = packer->last[k + 1];
    }
}

/// Adds a link, whose weights are safe, to a chain or makes one of it.
static inline void chain_add(chain_packer *packer, __m256i weights, __m256i need, uint32_t place) {
    if (_mm256_testz_si256(weights, weights)) {
        return;
    }
    const chain_work *work = &packer->work;
    const uint32_t link = (uint32_t)packer->links++;
    _mm256_storeu_si256((__m256i *)(void *)(work->links + link * CHAIN_LINK_BYTES), weights);
    work->places[link] = place;
    for (size_t k = 0; k < packer->open; k++) {
        const __m256i full = _mm256_adds_epu8(packer->full[k], need);
        if (!chain_is_safe(full)) {
            continue;
        }
        packer->full[k] = full;
        work->next[packer->last[k]] = link;
        packer->last[k] = link;
        if (++work->chains[2 * packer->index[k] + 1] == CHAIN_LINKS) {
            chain_close(packer, k);
        }
        return;
    }
    if (packer->open == CHAIN_OPEN) {
        chain_close(packer, 0);
    }
    const uint32_t chain = (uint32_t)packer->chains++;
    work->chains[2 * chain] = link;
    work->chains[2 * chain + 1] = 1;
    packer->full[packer->open] = need;
    packer->index[packer->open] = chain;
    packer->last[packer->open++] = link;
}

/// Cuts the weights of a run into links.
static inline void chain_cut_run(chain_packer *packer, const int8_t *matrix, size_t steps, uint32_t place) {
    const size_t bytes = 4 * steps, last = bytes - 4; // the last link begins at byte `last`
    const __m256i low_byte = _mm256_set1_epi32(0xFF), low_half = _mm256_set1_epi32(0xFFFF);
    bool rests = false; // of byte `at`, all but what the link before left is done
    for (size_t at = 0; at < bytes;) {
        const size_t first = at < last ? at : last, done = at - first; // bytes of the link that are done
        const __m128i shift = _mm_cvtsi32_si128((int)(8 * done));
        __m256i weights = chain_window(matrix, first);
        weights = _mm256_and_si256(weights, _mm256_sll_epi32(_mm256_set1_epi32(-1), shift));
        if (rests) {
            // What was cut from the second weight of the pair that ends at this byte.
            const __m256i rest = _mm256_and_si256(chain_excess(chain_window(matrix, at - 1)), low_byte);
            weights = _mm256_blendv_epi8(weights, _mm256_sll_epi32(rest, shift), _mm256_sll_epi32(low_byte, shift));
        }
        size_t begin = first, end = first + 4;
        __m256i excess = chain_excess(weights);
        if (!_mm256_testz_si256(excess, low_half)) {
            if (at > 0) {
                // A byte earlier, so that the pair is parted.
                begin = at - 1;
                end = begin + 4;
                weights = _mm256_slli_epi32(weights, 8);
                excess = chain_excess(weights);
            } else {
                end = 1;
                weights = _mm256_and_si256(weights, low_byte);
                excess = _mm256_setzero_si256();
            }
        }
        const bool cuts = !_mm256_testz_si256(excess, _mm256_set1_epi32((int)0xFFFF0000));
        if (cuts && done == 2 && rests) {
            // The last byte of the run alone.
            weights = _mm256_andnot_si256(_mm256_set1_epi32((int)0xFF000000), weights);
            end--;
            rests = false;
        } else {
            rests = cuts;
            if (cuts) {
                weights = _mm256_sub_epi8(weights, _mm256_slli_epi16(_mm256_andnot_si256(low_half, excess), 8));
                end--;
            }
        }
        chain_add(packer, weights, chain_need(weights), place + (uint32_t)begin);
        at = end;
    }
}

/// Packs a panel whose matrix is laid out; where it ends.
static inline uint8_t *chain_pack_panel(const dense_plan *plan, const chain_work *work, uint8_t *target) {
    chain_packer packer = {.work = *work};
    for (size_t segment = 0; segment < plan->segments; segment++) {
        const int8_t *run = work->matrix + segment * plan->steps * CHAIN_LINK_BYTES;
        chain_cut_run(&packer, run, plan->steps, (uint32_t)(segment << 16));
    }
    const size_t links = chain_padded(packer.links, CHAIN_PIXEL_LINKS);
    chain_head *head = (chain_head *)(void *)target;
    *head = (chain_head){.links = (uint32_t)links};
    uint32_t *places = (uint32_t *)(void *)(head + 1);
    uint8_t *weights = target + chain_weights_offset(links);
    for (uint32_t length = CHAIN_LINKS; length != 0; length--) {
        for (size_t chain = 0; chain < packer.chains; chain++) {
            if (work->chains[2 * chain + 1] != length) {
                continue;
            }
            head->chains[length - 1]++;
            uint32_t link = work->chains[2 * chain];
            for (uint32_t i = 0; i < length; i++, link = work->next[link]) {
                *places++ = work->places[link];
                memcpy(weights, work->links + link * CHAIN_LINK_BYTES, CHAIN_LINK_BYTES);
                weights += CHAIN_LINK_BYTES;
            }
        }
    }
    const size_t padding = (links - packer.links) * CHAIN_LINK_BYTES;
    memset(places, 0, (size_t)(target + chain_weights_offset(links) - (uint8_t *)places));
    memset(weights, 0, padding);
    return weights + padding;
}

static inline size_t chain_pack_all(const arete_packed_conv *layer, const dense_plan *plan, const void *weights,
                                    const void *bias, uint8_t *packed) {
    memset(packed, 0, chain_first_panel(plan));
    const size_t panels = plan->panels * plan->groups;
    uint64_t *starts = (uint64_t *)(void *)chain_panels(plan, packed);
    uint8_t *target = packed + chain_first_panel(plan);
    const chain_work work = chain_work_pieces(plan, packed + chain_packed_bytes(plan) - chain_work_bytes(plan));
    memset(work.matrix, 0, (plan->segments * plan->steps + 1) * CHAIN_LINK_BYTES);
    for (size_t panel = 0; panel < panels; panel++) {
        const size_t first = panel % plan->panels * CHAIN_CHANNELS;
        const size_t count = dense_least(CHAIN_CHANNELS, plan->outputs - first);
        const size_t channel = panel / plan->panels * plan->outputs + first;
        starts[panel] = (uint64_t)(target - packed);
        memset(target, 0, DENSE_CONSTANT_BYTES * CHAIN_CHANNELS);
        uint8_t less[CHAIN_CHANNELS] = {0};
        packed[panel] = dense_pack_panel_constants(layer, plan, weights, bias, channel, count, CHAIN_CHANNELS,
                                                   (int32_t *)(void *)target, less);
        if (count < CHAIN_CHANNELS) {
            memset(work.matrix, 0, plan->segments * plan->steps * CHAIN_LINK_BYTES);
        }
        dense_pack_weights(layer, plan, weights, channel, count, CHAIN_CHANNELS, less, (uint8_t *)work.matrix);
        target = chain_pack_panel(plan, &work, target + DENSE_CONSTANT_BYTES * CHAIN_CHANNELS);
    }
    starts[panels] = (uint64_t)(target - packed);
    return (size_t)(target - packed);
}
