// Places of the extrema of rows and columns: the portable kernel's results. Bytes here, wider elements in arg_wide.h.
#pragma once
#include "arete_reduce.h"

/// Rows of n bytes, made unsigned so that the greatest is the wanted one.
typedef struct {
    size_t n;
    bytes flip, last; // of the last part of a row the bytes that belong to it
    int select_last;
} arg_rows;

// A part of a row from byte `at` on; zeros behind the row. `readable` bytes follow.
LANES_INLINE bytes arg_part(const arg_rows *rows, const uint8_t *row, size_t at, size_t readable) {
    const size_t left = rows->n - at;
    if (left >= LANE_BYTES) return bytes_load(row + at) ^ rows->flip;
    const bytes x = readable - at >= LANE_BYTES ? bytes_load(row + at) : bytes_load_some(row + at, left);
    return (x ^ rows->flip) & rows->last;
}

LANES_INLINE size_t arg_of_row(const arg_rows *rows, const uint8_t *row, size_t readable) {
    bytes most = arg_part(rows, row, 0, readable);
    for (size_t at = LANE_BYTES; at < rows->n; at += LANE_BYTES) {
        most = bytes_maximum(most, arg_part(rows, row, at, readable));
    }
    const bytes best = bytes_of(bytes_greatest(most));
    const size_t parts = (rows->n + LANE_BYTES - 1) / LANE_BYTES;
    for (size_t k = 0;; k++) {
        const size_t at = (rows->select_last ? parts - 1 - k : k) * LANE_BYTES, left = rows->n - at;
        uint64_t places = bytes_equal(arg_part(rows, row, at, readable), best);
        if (left < 64) places &= (UINT64_C(1) << left) - 1;
        if (places != 0) {
            const int place = rows->select_last ? 63 - __builtin_clzll(places) : __builtin_ctzll(places);
            return at + (size_t)place;
        }
    }
}

LANES_INLINE void arg_put(const arete_arg_plan *plan, void *y, size_t at, size_t place) {
    if (plan->wide) {
        ((int64_t *)y)[at] = (int64_t)place;
    } else {
        ((int32_t *)y)[at] = (int32_t)place;
    }
}

// Neighbouring columns, `count` at most a vector of them: first their extrema, then the rows where those stand.
LANES_INLINE void arg_of_columns(const arete_arg_plan *plan, const uint8_t *x, size_t column, size_t count, bytes flip,
                                 void *y, size_t at) {
    const size_t inner = plan->inner, n = plan->n, total = n * inner;
    bytes most = bytes_of(0);
    for (size_t place = column; place < total; place += inner) {
        const bytes row = place + LANE_BYTES <= total ? bytes_load(x + place) : bytes_load_some(x + place, count);
        most = bytes_maximum(most, row ^ flip);
    }
    uint64_t pending = count < 64 ? (UINT64_C(1) << count) - 1 : ~UINT64_C(0);
    for (size_t k = 0; k < n && pending != 0; k++) {
        const size_t i = plan->select_last ? n - 1 - k : k, place = column + i * inner;
        const bytes row = place + LANE_BYTES <= total ? bytes_load(x + place) : bytes_load_some(x + place, count);
        uint64_t found = bytes_equal(row ^ flip, most) & pending;
        pending &= ~found;
        for (; found != 0; found &= found - 1) arg_put(plan, y, at + (size_t)__builtin_ctzll(found), i);
    }
}

#include "arg_wide.h"

#define ARG_EXTREMUM(name)                                                                                             \
    ARG_WIDE(name)                                                                                                     \
    static void name##_bytes(const arete_arg_plan *plan, const uint8_t *x, void *y, size_t begin, size_t end,          \
                             uint8_t sign) {                                                                           \
        const bytes flip = bytes_of((uint8_t)(plan->largest ? sign : ~sign));                                          \
        if (plan->inner != 1) {                                                                                        \
            for (size_t at = begin, run; at < end; at += run) {                                                        \
                const size_t column = at % plan->inner, room = plan->inner - column, left = end - at;                  \
                run = room < left ? room : left;                                                                       \
                run = run < LANE_BYTES ? run : LANE_BYTES;                                                             \
                arg_of_columns(plan, x + at / plan->inner * plan->n * plan->inner, column, run, flip, y, at);          \
            }                                                                                                          \
            return;                                                                                                    \
        }                                                                                                              \
        uint8_t present[LANE_BYTES];                                                                                   \
        for (size_t i = 0; i < LANE_BYTES; i++) present[i] = i < (plan->n - 1) % LANE_BYTES + 1 ? 255 : 0;             \
        const arg_rows rows = {plan->n, flip, bytes_load(present), plan->select_last};                                 \
        for (size_t at = begin; at < end; at++) {                                                                      \
            arg_put(plan, y, at, arg_of_row(&rows, x + at * plan->n, (end - at) * plan->n));                           \
        }                                                                                                              \
    }                                                                                                                  \
    static void name##_s8(const arete_arg_plan *plan, const void *x, void *y, size_t begin, size_t end) {              \
        name##_bytes(plan, x, y, begin, end, 0x80);                                                                    \
    }                                                                                                                  \
    static void name##_u8(const arete_arg_plan *plan, const void *x, void *y, size_t begin, size_t end) {              \
        name##_bytes(plan, x, y, begin, end, 0);                                                                       \
    }                                                                                                                  \
    arete_arg_function name(arete_element_type type) {                                                                 \
        switch (type) {                                                                                                \
        case ARETE_INT8:                                                                                               \
            return name##_s8;                                                                                          \
        case ARETE_UINT8:                                                                                              \
            return name##_u8;                                                                                          \
        case ARETE_INT16:                                                                                              \
            return name##_s16;                                                                                         \
        case ARETE_INT32:                                                                                              \
            return name##_s32;                                                                                         \
        case ARETE_FLOAT32:                                                                                            \
            return name##_f32;                                                                                         \
        default:                                                                                                       \
            return arete_arg_extremum(type);                                                                           \
        }                                                                                                              \
    }
