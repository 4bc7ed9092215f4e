// Images cut into batches of sub-images and put together again.
#include "arete_copy.h"
#include <string.h>

void arete_space_to_batch(const arete_block_plan *plan, const void *x, size_t element_size, const void *zero, void *y,
                          size_t begin, size_t end) {
    size_t blocks = 1;
    for (size_t d = 0; d < plan->rank; d++) blocks *= plan->block[d];
    const size_t images = plan->batch / blocks;
    for (size_t at = begin; at < end; at++) {
        size_t position[3], rest = at;
        for (size_t d = plan->rank; d-- > 0;) {
            position[d] = rest % plan->small[d];
            rest /= plan->small[d];
        }
        size_t offset = rest / images, place = 0, pitch = 1;
        bool inside = true;
        for (size_t d = plan->rank; d-- > 0;) {
            const size_t from = position[d] * plan->block[d] + offset % plan->block[d] - plan->before[d];
            offset /= plan->block[d];
            inside &= from < plan->large[d]; // a place before the image wraps round to a large number
            place += from * pitch;
            pitch *= plan->large[d];
        }
        char *const target = (char *)y + at * plan->unit;
        if (inside) {
            memcpy(target, (const char *)x + (rest % images * pitch + place) * plan->unit, plan->unit);
        } else {
            arete_fill(element_size, zero, target, 0, plan->unit / element_size);
        }
    }
}

void arete_batch_to_space(const arete_block_plan *plan, const void *x, void *y, size_t begin, size_t end) {
    size_t blocks = 1, area = 1;
    for (size_t d = 0; d < plan->rank; d++) {
        blocks *= plan->block[d];
        area *= plan->small[d];
    }
    const size_t images = plan->batch / blocks;
    for (size_t at = begin; at < end; at++) {
        size_t rest = at, place = 0, pitch = 1, offset = 0, offsets = 1;
        for (size_t d = plan->rank; d-- > 0;) {
            const size_t position = rest % plan->large[d] + plan->before[d];
            rest /= plan->large[d];
            place += position / plan->block[d] * pitch;
            pitch *= plan->small[d];
            offset += position % plan->block[d] * offsets;
            offsets *= plan->block[d];
        }
        const size_t from = (offset * images + rest) * area + place;
        memcpy((char *)y + at * plan->unit, (const char *)x + from * plan->unit, plan->unit);
    }
}
