// Maxima over windows of float images with channels last. To be included inside the target region.
#pragma once
#include "../../scalar/pool_unit.h"
#include "float_average.h"

/// The greater one, `b` if that is NaN, NaN if `a` is.
LANES_INLINE floats floats_maximum_or_nan(floats a, floats b) {
    const ints takes = (b > a) | (b != b);
    return (floats)((takes & (ints)b) | (~takes & (ints)a));
}

enum { FLOAT_POOL_VECTORS = 4 };

// The maxima of a window, of `vectors` vectors of channels of which the last has `count`. Without `is_careful` NaNs are
// passed over, and whether there may be one is told: it stays in a sum. A load, a maximum and a sum for a vector of a
// tap.
LANES_INLINE int float_pool_maximum(const arete_pool_nd_plan *plan, const pool_unit *unit, const float *x, float *y,
                                    const size_t vectors, const size_t count, const int is_careful) {
    const arete_stencil *const s = &plan->stencil;
    const pool_unit at = *unit;
    floats best[FLOAT_POOL_VECTORS], odd[FLOAT_POOL_VECTORS];
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) {
        best[v] = floats_of(-__builtin_inff());
        odd[v] = floats_of(0);
    }
    POOL_TAPS(at, s, {
        const float *const from = x + place * plan->channels;
        _Pragma("clang loop unroll(full)") for (size_t v = 0; v < vectors; v++) {
            const floats value = v + 1 < vectors || count >= LANES ? floats_load(from + v * LANES)
                                                                   : floats_load_some(from + v * LANES, count);
            if (is_careful) {
                best[v] = floats_maximum_or_nan(best[v], value);
            } else {
                best[v] = floats_maximum(value, best[v]);
                odd[v] += value;
            }
        }
    })
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) {
        if (v + 1 < vectors || count >= LANES) {
            floats_store(y + v * LANES, best[v]);
        } else {
            floats_store_some(y + v * LANES, best[v], count);
        }
    }
    if (is_careful) return 0;
#pragma clang loop unroll(full)
    for (size_t v = 1; v < vectors; v++) odd[0] += odd[v];
    return ints_any_above(ints_of(0), odd[0] != odd[0]);
}

LANES_INLINE void float_pool_window(const arete_pool_nd_plan *plan, const pool_unit *unit, const float *x, float *y,
                                    const size_t vectors, const size_t count) {
    if (float_pool_maximum(plan, unit, x, y, vectors, count, 0)) {
        float_pool_maximum(plan, unit, x, y, vectors, count, 1);
    }
}

static void float_pool_maxima(const arete_pool_nd_plan *plan, const void *x, void *y, int64_t *indices, size_t begin,
                              size_t end) {
    if (!plan->channels_last) {
        arete_pool_nd(ARETE_POOL_MAX, ARETE_FLOAT32)(plan, x, y, indices, begin, end);
        return;
    }
    const size_t channels = plan->channels;
    if (begin >= end) return;
    pool_unit at = pool_unit_at(plan, begin);
    for (size_t unit = begin;;) {
        const float *const from = (const float *)x + at.base;
        float *const to = (float *)y + unit * channels;
        size_t c = 0;
        for (; c + FLOAT_POOL_VECTORS * LANES <= channels; c += FLOAT_POOL_VECTORS * LANES) {
            float_pool_window(plan, &at, from + c, to + c, FLOAT_POOL_VECTORS, LANES);
        }
        const size_t left = channels - c;
        if (left > 3 * LANES) {
            float_pool_window(plan, &at, from + c, to + c, 4, left - 3 * LANES);
        } else if (left > 2 * LANES) {
            float_pool_window(plan, &at, from + c, to + c, 3, left - 2 * LANES);
        } else if (left > LANES) {
            float_pool_window(plan, &at, from + c, to + c, 2, left - LANES);
        } else if (left > 0) {
            float_pool_window(plan, &at, from + c, to + c, 1, left);
        }
        if (++unit == end) return;
        pool_unit_advance(&at, plan, unit);
    }
}

#define FLOAT_POOL(name)                                                                                               \
    static arete_pool_nd_function name(arete_pool_kind kind, arete_element_type type) {                                \
        if (type != ARETE_FLOAT32) return arete_pool_nd(kind, type);                                                   \
        return kind == ARETE_POOL_MAX           ? float_pool_maxima                                                    \
               : kind == ARETE_POOL_AVERAGE     ? float_averages                                                       \
               : kind == ARETE_POOL_AVERAGE_ALL ? float_averages_of_all                                                \
                                                : arete_pool_nd(kind, type);                                           \
    }
