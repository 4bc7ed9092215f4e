// Scatters elements and slices by index, replacing or combining what is there.
#include "arete_index.h"
#include "elements.h"
#include "index_load.h"

#pragma clang diagnostic ignored "-Wpass-failed"

#define EXTREMUM(u, v, WINS) ((u)WINS(v) || (u) != (u) ? (u) : (v))
#define FLOAT_REDUCTIONS(X)                                                                                            \
    X(ADD, u + v)                                                                                                      \
    X(MUL, u *v)                                                                                                       \
    X(MAX, EXTREMUM(u, v, >))                                                                                          \
    X(MIN, EXTREMUM(u, v, <))
#define INTEGER_REDUCTIONS(X)                                                                                          \
    X(ADD, (uint64_t)u + (uint64_t)v)                                                                                  \
    X(MUL, (uint64_t)u *(uint64_t)v)                                                                                   \
    X(MAX, u > v ? u : v)                                                                                              \
    X(MIN, u < v ? u : v)

#define COMBINE(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, REDUCTION, RESULT)                                           \
    static void REDUCTION##_##TAG(void *y, const void *x, size_t n) {                                                  \
        STORED *restrict target = y;                                                                                   \
        const STORED *restrict source = x;                                                                             \
        for (size_t i = 0; i < n; i++) {                                                                               \
            const COMPUTED u = LOAD(target[i]), v = LOAD(source[i]);                                                   \
            target[i] = (STORED)STORE(RESULT);                                                                         \
        }                                                                                                              \
    }
#define FLOATS(REDUCTION, RESULT) ARETE_FOR_FLOATS(COMBINE, REDUCTION, RESULT)
#define INTEGERS(REDUCTION, RESULT) ARETE_FOR_INTEGERS(COMBINE, REDUCTION, RESULT)
FLOAT_REDUCTIONS(FLOATS)
INTEGER_REDUCTIONS(INTEGERS)

static void replace_1(void *y, const void *x, size_t n) { memcpy(y, x, n); }
static void replace_2(void *y, const void *x, size_t n) { memcpy(y, x, n * 2); }
static void replace_4(void *y, const void *x, size_t n) { memcpy(y, x, n * 4); }
static void replace_8(void *y, const void *x, size_t n) { memcpy(y, x, n * 8); }

#define ENTRY(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, REDUCTION)                                                     \
    [ARETE_SCATTER_##REDUCTION][TYPE] = REDUCTION##_##TAG,
#define FLOAT_ENTRIES(REDUCTION, RESULT) ARETE_FOR_FLOATS(ENTRY, REDUCTION)
#define INTEGER_ENTRIES(REDUCTION, RESULT) ARETE_FOR_INTEGERS(ENTRY, REDUCTION)
static const arete_combine combiners[ARETE_SCATTER_COUNT][ARETE_ELEMENT_TYPES] = {
    FLOAT_REDUCTIONS(FLOAT_ENTRIES) INTEGER_REDUCTIONS(INTEGER_ENTRIES)
        // clang-format off
    [ARETE_SCATTER_REPLACE] = {
        [ARETE_BOOL] = replace_1, [ARETE_INT8] = replace_1, [ARETE_UINT8] = replace_1,
        [ARETE_INT4] = replace_1, [ARETE_UINT4] = replace_1, [ARETE_INT16] = replace_2,
        [ARETE_UINT16] = replace_2, [ARETE_FLOAT16] = replace_2, [ARETE_BFLOAT16] = replace_2,
        [ARETE_INT32] = replace_4, [ARETE_UINT32] = replace_4, [ARETE_FLOAT32] = replace_4,
        [ARETE_INT64] = replace_8, [ARETE_UINT64] = replace_8, [ARETE_FLOAT64] = replace_8,
    },
    // clang-format on
};

arete_combine arete_scatter_combine(arete_scatter_reduction reduction, arete_element_type type) {
    if ((unsigned)reduction >= ARETE_SCATTER_COUNT || !arete_is_element_type(type)) return NULL;
    return combiners[reduction][type];
}

bool arete_scatter_elements(const arete_element_plan *plan, arete_combine combine, const void *indices,
                            const void *updates, void *y, size_t begin, size_t end) {
    bool valid = true;
    const size_t axis = plan->axis, extent = plan->data_shape[axis];
    for (size_t column = begin; column < end; column++) {
        size_t rest = column, place = 0, pitch = 1, axis_pitch = 1, slot = 0, slot_pitch = 1, axis_slot_pitch = 1;
        for (size_t d = plan->rank; d-- > 0;) {
            if (d == axis) {
                axis_pitch = pitch;
                axis_slot_pitch = slot_pitch;
            } else {
                const size_t i = rest % plan->index_shape[d];
                rest /= plan->index_shape[d];
                place += i * pitch;
                slot += i * slot_pitch;
            }
            pitch *= plan->data_shape[d];
            slot_pitch *= plan->index_shape[d];
        }
        for (size_t i = 0; i < plan->index_shape[axis]; i++) {
            const size_t from = slot + i * axis_slot_pitch;
            const size_t index = arete_checked_index(plan->index_type, indices, from, extent);
            if (index == extent) {
                valid = false;
                continue;
            }
            combine((char *)y + (place + index * axis_pitch) * plan->element_size,
                    (const char *)updates + from * plan->element_size, 1);
        }
    }
    return valid;
}

bool arete_scatter_nd(const arete_tuple_plan *plan, arete_combine combine, size_t element_size, const void *indices,
                      const void *updates, void *y, size_t begin, size_t end) {
    bool valid = true;
    if (begin >= end) return valid;
    for (size_t t = 0; t < plan->count; t++) {
        size_t place = 0;
        bool inside = true;
        for (size_t d = 0; d < plan->depth; d++) {
            const size_t index = arete_checked_index(plan->index_type, indices, t * plan->depth + d, plan->extent[d]);
            inside &= index < plan->extent[d];
            place = place * plan->extent[d] + index;
        }
        valid &= inside;
        if (!inside) continue;
        combine((char *)y + (place * plan->unit + begin) * element_size,
                (const char *)updates + (t * plan->unit + begin) * element_size, end - begin);
    }
    return valid;
}
