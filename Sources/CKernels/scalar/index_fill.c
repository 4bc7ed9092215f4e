// One-hot tensors, reversed sequences and the positions of non-zero elements.
#include "arete_copy.h"
#include "arete_index.h"
#include "elements.h"
#include "index_load.h"

void arete_one_hot(size_t element_size, size_t inner, size_t depth, arete_element_type index_type, bool counts_from_end,
                   const void *indices, const void *off, const void *on, void *y, size_t begin, size_t end) {
    arete_fill(element_size, off, y, begin * depth * inner, end * depth * inner);
    for (size_t outer = begin; outer < end; outer++) {
        for (size_t i = 0; i < inner; i++) {
            const size_t place = arete_checked_index(index_type, indices, outer * inner + i, depth);
            if (place == depth) continue;
            if (!counts_from_end && arete_load_index(index_type, indices, outer * inner + i) < 0) continue;
            memcpy((char *)y + ((outer * depth + place) * inner + i) * element_size, on, element_size);
        }
    }
}

bool arete_reverse_sequence(const arete_reverse_plan *plan, const void *x, const void *lengths, void *y, size_t begin,
                            size_t end) {
    bool valid = true;
    const size_t extent = plan->sequence_is_a ? plan->a : plan->b;
    const size_t pitch = plan->sequence_is_a ? plan->between * plan->b : 1;
    for (size_t at = begin; at < end; at++) {
        const size_t b = at % plan->b, a = at / plan->b / plan->between % plan->a;
        const size_t step = plan->sequence_is_a ? a : b;
        const int64_t wanted = arete_load_index(plan->length_type, lengths, plan->sequence_is_a ? b : a);
        const bool fits = wanted >= 0 && (uint64_t)wanted <= extent;
        valid &= fits;
        const size_t length = fits ? (size_t)wanted : wanted < 0 ? 0 : extent;
        const size_t from = step < length ? at - step * pitch + (length - 1 - step) * pitch : at;
        arete_copy_unit((char *)y + at * plan->unit, (const char *)x + from * plan->unit, plan->unit);
    }
    return valid;
}

/// Whether element i is not zero; minus zero is zero.
static bool is_set(arete_element_type type, const void *x, size_t i) {
    switch (type) {
    case ARETE_FLOAT32:
        return ((const float *)x)[i] != 0;
    case ARETE_FLOAT64:
        return ((const double *)x)[i] != 0;
    case ARETE_FLOAT16:
    case ARETE_BFLOAT16:
        return (((const uint16_t *)x)[i] & 0x7fff) != 0;
    case ARETE_INT64:
    case ARETE_UINT64:
        return ((const uint64_t *)x)[i] != 0;
    case ARETE_INT32:
    case ARETE_UINT32:
        return ((const uint32_t *)x)[i] != 0;
    case ARETE_INT16:
    case ARETE_UINT16:
        return ((const uint16_t *)x)[i] != 0;
    default:
        return ((const uint8_t *)x)[i] != 0;
    }
}

size_t arete_non_zero_count(arete_element_type type, const void *x, size_t n) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++) count += is_set(type, x, i);
    return count;
}

void arete_non_zero(arete_element_type type, const void *x, size_t rank, const size_t *shape, size_t count,
                    int64_t *y) {
    size_t found = 0;
    for (size_t i = 0; found < count; i++) {
        if (!is_set(type, x, i)) continue;
        size_t rest = i;
        for (size_t d = rank; d-- > 0;) {
            y[d * count + found] = (int64_t)(rest % shape[d]);
            rest /= shape[d];
        }
        found++;
    }
}
