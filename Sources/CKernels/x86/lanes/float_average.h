// Averages over windows of float images with channels last, added up in double
// in the portable loops' order. To be included inside the target region.
#pragma once
#include "../../scalar/pool_unit.h"
#include <string.h>

enum { FLOAT_AVERAGE_LANES = LANES / 2, FLOAT_AVERAGE_VECTORS = 8 };

typedef float float_average_half __attribute__((vector_size(LANE_BYTES / 2)));

/// One window of `vectors` vectors of channels: a load with conversion and an
/// addition for each vector of a tap.
LANES_INLINE void float_average_window(const arete_pool_nd_plan *plan, const pool_unit *unit, double divisor,
                                       const float *x, float *y, const size_t vectors) {
    const arete_stencil *const s = &plan->stencil;
    const pool_unit at = *unit;
    doubles sums[FLOAT_AVERAGE_VECTORS];
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) sums[v] = doubles_of(0);
    POOL_TAPS(at, s, {
        const float *const from = x + place * plan->channels;
        _Pragma("clang loop unroll(full)") for (size_t v = 0; v < vectors; v++) {
            float_average_half values;
            memcpy(&values, from + v * FLOAT_AVERAGE_LANES, sizeof values);
            sums[v] += __builtin_convertvector(values, doubles);
        }
    })
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) {
        const float_average_half result = __builtin_convertvector(sums[v] / doubles_of(divisor), float_average_half);
        memcpy(y + v * FLOAT_AVERAGE_LANES, &result, sizeof result);
    }
}

LANES_INLINE void float_average(const arete_pool_nd_plan *plan, const void *x, void *y, int64_t *indices, size_t begin,
                                size_t end, arete_pool_kind kind) {
    const size_t channels = plan->channels;
    if (!plan->channels_last || channels < FLOAT_AVERAGE_LANES) {
        arete_pool_nd(kind, ARETE_FLOAT32)(plan, x, y, indices, begin, end);
        return;
    }
    if (begin >= end) return;
    pool_unit at = pool_unit_at(plan, begin);
    for (size_t unit = begin;;) {
        const double divisor = pool_unit_divisor(plan, &at, kind == ARETE_POOL_AVERAGE_ALL);
        const float *const from = (const float *)x + at.base;
        float *const to = (float *)y + unit * channels;
        size_t c = 0;
        for (; c + FLOAT_AVERAGE_VECTORS * FLOAT_AVERAGE_LANES <= channels;
             c += FLOAT_AVERAGE_VECTORS * FLOAT_AVERAGE_LANES) {
            float_average_window(plan, &at, divisor, from + c, to + c, FLOAT_AVERAGE_VECTORS);
        }
        // The last vectors reach back over results that are there already.
        for (size_t left; c < channels; c += left) {
            left = channels - c;
            if (left > 2 * FLOAT_AVERAGE_LANES && channels >= 4 * FLOAT_AVERAGE_LANES) {
                left = left < 4 * FLOAT_AVERAGE_LANES ? left : 4 * FLOAT_AVERAGE_LANES;
                const size_t first = c + left - 4 * FLOAT_AVERAGE_LANES;
                float_average_window(plan, &at, divisor, from + first, to + first, 4);
            } else if (left > FLOAT_AVERAGE_LANES && channels >= 2 * FLOAT_AVERAGE_LANES) {
                left = left < 2 * FLOAT_AVERAGE_LANES ? left : 2 * FLOAT_AVERAGE_LANES;
                const size_t first = c + left - 2 * FLOAT_AVERAGE_LANES;
                float_average_window(plan, &at, divisor, from + first, to + first, 2);
            } else {
                left = left < FLOAT_AVERAGE_LANES ? left : FLOAT_AVERAGE_LANES;
                const size_t first = c + left - FLOAT_AVERAGE_LANES;
                float_average_window(plan, &at, divisor, from + first, to + first, 1);
            }
        }
        if (++unit == end) return;
        pool_unit_advance(&at, plan, unit);
    }
}

static void float_averages(const arete_pool_nd_plan *plan, const void *x, void *y, int64_t *indices, size_t begin,
                           size_t end) {
    float_average(plan, x, y, indices, begin, end, ARETE_POOL_AVERAGE);
}

static void float_averages_of_all(const arete_pool_nd_plan *plan, const void *x, void *y, int64_t *indices,
                                  size_t begin, size_t end) {
    float_average(plan, x, y, indices, begin, end, ARETE_POOL_AVERAGE_ALL);
}
