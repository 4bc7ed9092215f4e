// Places of the extrema of rows and columns of words, integers and floats: the portable kernel's results. Elements
// become integers, keys, whose greatest is the wanted one.
#pragma once
#include "arete_reduce.h"

typedef enum { ARG_WORDS, ARG_INTS, ARG_FLOATS } arg_elements;

LANES_INLINE ints arg_chosen(ints mask, ints a, ints b) { return (a & mask) | (b & ~mask); }

/// The keys of the first `count` elements of a vector, at most all; others INT32_MIN. `flip` has all bits where the
/// least element is wanted.
LANES_INLINE ints arg_keys(arg_elements kind, const void *x, size_t at, size_t count, ints flip) {
    static const int32_t places[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    const int32_t *const from = (const int32_t *)x + at;
    ints keys = kind == ARG_WORDS ? ints_load_words((const int16_t *)x + at, count, 1)
                : count >= LANES  ? ints_load(from)
                                  : ints_load_some(from, count);
    if (kind == ARG_FLOATS) {
        const floats values = (floats)keys + floats_of(0); // one zero
        const ints none = values != values;
        keys = (ints)values ^ (((ints)values >> 31) & ints_of(INT32_MAX));
        keys = arg_chosen(none, ints_of(INT32_MAX), keys ^ flip);
    } else {
        keys = keys ^ flip;
    }
    return count >= LANES ? keys : arg_chosen(ints_load(places) < ints_of((int32_t)count), keys, ints_of(INT32_MIN));
}

/// The place in a row of n elements from `start` on.
LANES_INLINE size_t arg_of_wide_row(arg_elements kind, const void *x, size_t start, size_t n, ints flip, int last) {
    ints most = ints_of(INT32_MIN);
    for (size_t at = 0; at < n; at += LANES) most = ints_maximum(most, arg_keys(kind, x, start + at, n - at, flip));
    int32_t keys[LANES], greatest = INT32_MIN;
    ints_store(keys, most);
    for (size_t i = 0; i < LANES; i++) greatest = keys[i] > greatest ? keys[i] : greatest;
    const ints best = ints_of(greatest);
    const size_t parts = (n + LANES - 1) / LANES;
    for (size_t k = 0;; k++) {
        const size_t at = (last ? parts - 1 - k : k) * LANES, left = n - at;
        uint32_t found = lanes_negative(arg_keys(kind, x, start + at, left, flip) == best);
        if (left < LANES) found &= (UINT32_C(1) << left) - 1;
        if (found != 0) return at + (size_t)(last ? 31 - __builtin_clz(found) : __builtin_ctz(found));
    }
}

/// Neighbouring columns, `count` at most a vector of them, from element `start` on.
LANES_INLINE void arg_of_wide_columns(const arete_arg_plan *plan, arg_elements kind, const void *x, size_t start,
                                      size_t count, ints flip, void *y, size_t at) {
    ints best = arg_keys(kind, x, start, count, flip), place = ints_of(0);
    for (size_t i = 1; i < plan->n; i++) {
        const ints keys = arg_keys(kind, x, start + i * plan->inner, count, flip);
        place = arg_chosen(plan->select_last ? keys >= best : keys > best, ints_of((int32_t)i), place);
        best = ints_maximum(best, keys);
    }
    if (!plan->wide) {
        ints_store_some((int32_t *)y + at, place, count);
        return;
    }
    int32_t places[LANES];
    ints_store(places, place);
    for (size_t i = 0; i < count; i++) ((int64_t *)y)[at + i] = places[i];
}

LANES_INLINE void arg_of_wide(const arete_arg_plan *plan, arg_elements kind, const void *x, void *y, size_t begin,
                              size_t end) {
    const ints flip = ints_of(plan->largest ? 0 : -1);
    for (size_t at = begin, run = 1; at < end; at += run) {
        if (plan->inner == 1) {
            arg_put(plan, y, at, arg_of_wide_row(kind, x, at * plan->n, plan->n, flip, plan->select_last));
            continue;
        }
        const size_t column = at % plan->inner, room = plan->inner - column, left = end - at;
        run = room < left ? room : left;
        run = run < LANES ? run : LANES;
        arg_of_wide_columns(plan, kind, x, at / plan->inner * plan->n * plan->inner + column, run, flip, y, at);
    }
}

#define ARG_WIDE(name)                                                                                                 \
    static void name##_s16(const arete_arg_plan *plan, const void *x, void *y, size_t begin, size_t end) {             \
        arg_of_wide(plan, ARG_WORDS, x, y, begin, end);                                                                \
    }                                                                                                                  \
    static void name##_s32(const arete_arg_plan *plan, const void *x, void *y, size_t begin, size_t end) {             \
        arg_of_wide(plan, ARG_INTS, x, y, begin, end);                                                                 \
    }                                                                                                                  \
    static void name##_f32(const arete_arg_plan *plan, const void *x, void *y, size_t begin, size_t end) {             \
        arg_of_wide(plan, ARG_FLOATS, x, y, begin, end);                                                               \
    }
