// Averages over windows of float images with channels last, added up in double in the portable loops' order. To be
// included inside the target region.
#pragma once
#include "../../scalar/pool_unit.h"
#include "double_sums.h"

/// One window of `vectors` vectors of channels.
LANES_INLINE void float_average_window(const arete_pool_nd_plan *plan, const pool_unit *unit, double divisor,
                                       const float *x, float *y, const size_t vectors) {
    const arete_stencil *const s = &plan->stencil;
    const pool_unit at = *unit;
    doubles sums[DOUBLE_SUM_VECTORS];
    double_sums_start(sums, vectors);
    POOL_TAPS(at, s, { double_sums_add(sums, x + place * plan->channels, vectors); })
    double_sums_store(sums, divisor, y, vectors);
}

LANES_INLINE void float_average(const arete_pool_nd_plan *plan, const void *x, void *y, int64_t *indices, size_t begin,
                                size_t end, arete_pool_kind kind) {
    const size_t channels = plan->channels;
    if (!plan->channels_last || channels < DOUBLE_SUM_LANES) {
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
        for (; c + DOUBLE_SUM_VECTORS * DOUBLE_SUM_LANES <= channels; c += DOUBLE_SUM_VECTORS * DOUBLE_SUM_LANES) {
            float_average_window(plan, &at, divisor, from + c, to + c, DOUBLE_SUM_VECTORS);
        }
        // The last vectors reach back over results that are there already.
        for (size_t left; c < channels; c += left) {
            left = channels - c;
            if (left > 2 * DOUBLE_SUM_LANES && channels >= 4 * DOUBLE_SUM_LANES) {
                left = left < 4 * DOUBLE_SUM_LANES ? left : 4 * DOUBLE_SUM_LANES;
                const size_t first = c + left - 4 * DOUBLE_SUM_LANES;
                float_average_window(plan, &at, divisor, from + first, to + first, 4);
            } else if (left > DOUBLE_SUM_LANES && channels >= 2 * DOUBLE_SUM_LANES) {
                left = left < 2 * DOUBLE_SUM_LANES ? left : 2 * DOUBLE_SUM_LANES;
                const size_t first = c + left - 2 * DOUBLE_SUM_LANES;
                float_average_window(plan, &at, divisor, from + first, to + first, 2);
            } else {
                left = left < DOUBLE_SUM_LANES ? left : DOUBLE_SUM_LANES;
                const size_t first = c + left - DOUBLE_SUM_LANES;
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
