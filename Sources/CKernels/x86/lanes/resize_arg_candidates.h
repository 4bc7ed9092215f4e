// Which channels can be the extremum of some enlarged pixel: mixtures lie between the pixels they mix, so a channel
// that is nowhere as great as another one is everywhere cannot. Channels are the lanes. To be included inside the
// target region.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum { CANDIDATE_GROUPS = 8, CANDIDATE_GROUP = sizeof(bytes) }; // groups at most, and channels of one

static inline uint64_t candidates_all(size_t count) { return count < 64 ? (UINT64_C(1) << count) - 1 : ~UINT64_C(0); }

/// A bit for each channel, a word for each group, of what is mixed of `columns` pixels of two rows. `flip` turns
/// elements into unsigned ones of which the greatest is looked for: a load, two maxima and two logical operations for a
/// vector.
LANES_INLINE void candidates_find(const uint8_t *top, const uint8_t *bottom, size_t columns, size_t channels,
                                  uint8_t flip, uint64_t *candidates) {
    bytes greatest[CANDIDATE_GROUPS];
    const bytes turn = bytes_of(flip), ones = bytes_of(0xFF);
    uint8_t bound = 0;
    for (size_t from = 0, g = 0; from < channels; from += CANDIDATE_GROUP, g++) {
        const size_t count = channels - from < CANDIDATE_GROUP ? channels - from : CANDIDATE_GROUP;
        bytes most = bytes_of(0), gap = bytes_of(0);
        for (size_t x = 0; x < columns; x++) {
            const bytes a = bytes_load_some(top + x * channels + from, count) ^ turn;
            const bytes b = bytes_load_some(bottom + x * channels + from, count) ^ turn;
            most = bytes_maximum(most, bytes_maximum(a, b));
            gap = bytes_maximum(gap, bytes_maximum(~a, ~b));
        }
        const uint8_t least = bytes_greatest(~gap & bytes_load_some(&ones, count));
        bound = least > bound ? least : bound;
        greatest[g] = most;
    }
    for (size_t from = 0, g = 0; from < channels; from += CANDIDATE_GROUP, g++) {
        const size_t count = channels - from < CANDIDATE_GROUP ? channels - from : CANDIDATE_GROUP;
        const uint64_t above = bytes_equal(bytes_maximum(greatest[g], bytes_of(bound)), greatest[g]);
        candidates[g] = above & candidates_all(count);
    }
}
