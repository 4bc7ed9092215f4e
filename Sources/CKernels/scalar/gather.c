// Gathers units, elements and tuples by index.
#include "arete_index.h"
#include "gather_places.h"
#include <string.h>

// Unit by unit, each index read where it is used.
static bool gather_each(const arete_gather_plan *plan, const void *x, const void *indices, void *y, size_t begin,
                        size_t end) {
    bool valid = true;
    for (size_t at = begin; at < end; at++) {
        const size_t block = at / plan->count, batch = block / plan->outer;
        const size_t slot = batch * plan->count + at % plan->count;
        const size_t index = arete_checked_index(plan->index_type, indices, slot, plan->extent);
        char *const target = (char *)y + at * plan->unit;
        if (index < plan->extent) {
            arete_copy_unit(target, (const char *)x + (block * plan->extent + index) * plan->unit, plan->unit);
        } else {
            memset(target, 0, plan->unit);
            valid = false;
        }
    }
    return valid;
}

// A column of every second element, as taking a channel shuffle apart has it, has a loop that vectorizes.
#define GATHER_ELEMENTS(BITS)                                                                                          \
    static void gather_##BITS(const arete_gather_plan *plan, const void *x, const uint16_t *places, void *y,           \
                              size_t first, size_t last) {                                                             \
        const size_t extent = plan->extent, count = plan->count;                                                       \
        const uint##BITS##_t *restrict from = (const uint##BITS##_t *)x + first * extent;                              \
        uint##BITS##_t *restrict to = (uint##BITS##_t *)y + first * count;                                             \
        const size_t blocks = last - first;                                                                            \
        if (count == 1) from += places[0];                                                                             \
        if (count == 1 && extent == 2) {                                                                               \
            for (size_t i = 0; i < blocks; i++) to[i] = from[2 * i];                                                   \
        } else if (count == 1) {                                                                                       \
            for (size_t i = 0; i < blocks; i++) to[i] = from[i * extent];                                              \
        } else {                                                                                                       \
            for (size_t block = 0; block < blocks; block++, from += extent, to += count) {                             \
                for (size_t i = 0; i < count; i++) to[i] = from[places[i]];                                            \
            }                                                                                                          \
        }                                                                                                              \
    }
GATHER_ELEMENTS(8)
GATHER_ELEMENTS(16)
GATHER_ELEMENTS(32)

bool arete_gather(const arete_gather_plan *plan, const void *x, const void *indices, void *y, size_t begin,
                  size_t end) {
    arete_gather_places places;
    const size_t first = plan->count == 0 ? 0 : (begin + plan->count - 1) / plan->count;
    const size_t last = plan->count == 0 ? 0 : end / plan->count;
    if (first >= last || !arete_gather_resolve(plan, indices, places)) {
        return gather_each(plan, x, indices, y, begin, end);
    }
    switch (plan->unit) {
    case 1:
        gather_8(plan, x, places, y, first, last);
        break;
    case 2:
        gather_16(plan, x, places, y, first, last);
        break;
    default:
        gather_32(plan, x, places, y, first, last);
        break;
    }
    // All indices are known to be valid.
    gather_each(plan, x, indices, y, begin, first * plan->count);
    gather_each(plan, x, indices, y, last * plan->count, end);
    return true;
}

bool arete_element_begin(arete_element_plan *plan, size_t element_size, size_t rank, size_t axis,
                         const size_t *data_shape, const size_t *index_shape, arete_element_type index_type) {
    if (rank > ARETE_MAX_RANK || axis >= rank) return false;
    memset(plan, 0, sizeof *plan);
    plan->element_size = element_size;
    plan->rank = rank;
    plan->axis = axis;
    plan->index_type = index_type;
    for (size_t d = 0; d < rank; d++) {
        if (d != axis && index_shape[d] > data_shape[d]) return false;
        plan->data_shape[d] = data_shape[d];
        plan->index_shape[d] = index_shape[d];
    }
    return true;
}

bool arete_gather_elements(const arete_element_plan *plan, const void *x, const void *indices, void *y, size_t begin,
                           size_t end) {
    bool valid = true;
    for (size_t at = begin; at < end; at++) {
        const size_t extent = plan->data_shape[plan->axis];
        const size_t index = arete_checked_index(plan->index_type, indices, at, extent);
        char *const target = (char *)y + at * plan->element_size;
        if (index == extent) {
            memset(target, 0, plan->element_size);
            valid = false;
            continue;
        }
        size_t rest = at, place = 0, pitch = 1;
        for (size_t d = plan->rank; d-- > 0;) {
            place += (d == plan->axis ? index : rest % plan->index_shape[d]) * pitch;
            rest /= plan->index_shape[d];
            pitch *= plan->data_shape[d];
        }
        arete_copy_unit(target, (const char *)x + place * plan->element_size, plan->element_size);
    }
    return valid;
}

bool arete_gather_nd(const arete_tuple_plan *plan, const void *x, const void *indices, void *y, size_t begin,
                     size_t end) {
    bool valid = true;
    for (size_t at = begin; at < end; at++) {
        size_t place = at / plan->count;
        bool inside = true;
        for (size_t d = 0; d < plan->depth; d++) {
            const size_t index = arete_checked_index(plan->index_type, indices, at * plan->depth + d, plan->extent[d]);
            inside &= index < plan->extent[d];
            place = place * plan->extent[d] + index;
        }
        char *const target = (char *)y + at * plan->unit;
        if (inside) {
            arete_copy_unit(target, (const char *)x + place * plan->unit, plan->unit);
        } else {
            memset(target, 0, plan->unit);
            valid = false;
        }
    }
    return valid;
}
