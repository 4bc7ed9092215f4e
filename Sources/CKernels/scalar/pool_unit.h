// The taps of one window of a pool that lie inside the input.
#pragma once
#include "arete_stencil_pool.h"
#include "stencil_walk.h"

/// One unit's place: the start of its input plane or image, and the taps inside it.
typedef struct {
    size_t base; // elements from the start of x
    arete_tap_range taps[3];
    size_t output[3];
} pool_unit;

static inline pool_unit pool_unit_at(const arete_pool_nd_plan *plan, size_t unit) {
    const arete_stencil *const s = &plan->stencil;
    pool_unit at;
    for (size_t d = 3; d-- > 0;) {
        at.output[d] = unit % s->output[d];
        unit /= s->output[d];
        at.taps[d] = arete_inside_taps(s, d, at.output[d]);
    }
    at.base = unit * arete_area(s->input) * (plan->channels_last ? plan->channels : 1);
    return at;
}

/// Moves on to the next unit, of the same row where it has one.
static inline void pool_unit_advance(pool_unit *at, const arete_pool_nd_plan *plan, size_t unit) {
    const arete_stencil *const s = &plan->stencil;
    if (at->output[2] + 1 == s->output[2]) {
        *at = pool_unit_at(plan, unit);
        return;
    }
    at->output[2]++;
    // Where the window lies inside the input no division is needed.
    const ptrdiff_t origin = at->taps[2].origin + (ptrdiff_t)s->stride[2];
    if (origin >= 0 && (size_t)origin + (s->kernel[2] - 1) * s->dilation[2] < s->input[2]) {
        at->taps[2] = (arete_tap_range){.origin = origin, .begin = 0, .end = s->kernel[2]};
    } else {
        at->taps[2] = arete_inside_taps(s, 2, at->output[2]);
    }
}

/// Elements that an average divides by.
static inline double pool_unit_divisor(const arete_pool_nd_plan *plan, const pool_unit *at, bool all) {
    double count = 1;
    for (size_t d = 0; d < 3; d++) {
        size_t taps = at->taps[d].end - at->taps[d].begin;
        if (all) { // taps before the end of the padding behind the input
            const arete_stencil *const s = &plan->stencil;
            const ptrdiff_t room = (ptrdiff_t)s->input[d] + s->after[d] - at->taps[d].origin;
            const ptrdiff_t dilation = (ptrdiff_t)s->dilation[d];
            const ptrdiff_t fitting = room <= 0 ? 0 : (room + dilation - 1) / dilation;
            taps = (size_t)fitting < s->kernel[d] ? (size_t)fitting : s->kernel[d];
        }
        count *= (double)taps;
    }
    return count;
}

// Runs BODY for every tap of unit `at` inside the input of stencil `s` with `place`, its offset from the unit's
// base in places.
#define POOL_TAPS(at, s, ...)                                                                                          \
    for (size_t kd = (at).taps[0].begin; kd < (at).taps[0].end; kd++) {                                                \
        const size_t depth = (size_t)((at).taps[0].origin + (ptrdiff_t)(kd * (s)->dilation[0]));                       \
        for (size_t kh = (at).taps[1].begin; kh < (at).taps[1].end; kh++) {                                            \
            const size_t row =                                                                                         \
                depth * (s)->input[1] + (size_t)((at).taps[1].origin + (ptrdiff_t)(kh * (s)->dilation[1]));            \
            for (size_t kw = (at).taps[2].begin; kw < (at).taps[2].end; kw++) {                                        \
                const size_t place =                                                                                   \
                    row * (s)->input[2] + (size_t)((at).taps[2].origin + (ptrdiff_t)(kw * (s)->dilation[2]));          \
                __VA_ARGS__                                                                                            \
            }                                                                                                          \
        }                                                                                                              \
    }
