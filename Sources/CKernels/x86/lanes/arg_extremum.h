// Places of the extrema of rows of bytes: the portable kernel's results.
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

#define ARG_EXTREMUM(name)                                                                                             \
    static void name##_rows(const arete_arg_plan *plan, const uint8_t *x, void *y, size_t begin, size_t end,           \
                            uint8_t sign) {                                                                            \
        uint8_t present[LANE_BYTES];                                                                                   \
        for (size_t i = 0; i < LANE_BYTES; i++) present[i] = i < (plan->n - 1) % LANE_BYTES + 1 ? 255 : 0;             \
        const arg_rows rows = {plan->n, bytes_of((uint8_t)(plan->largest ? sign : ~sign)), bytes_load(present),        \
                               plan->select_last};                                                                     \
        for (size_t at = begin; at < end; at++) {                                                                      \
            const size_t place = arg_of_row(&rows, x + at * plan->n, (end - at) * plan->n);                            \
            if (plan->wide) {                                                                                          \
                ((int64_t *)y)[at] = (int64_t)place;                                                                   \
            } else {                                                                                                   \
                ((int32_t *)y)[at] = (int32_t)place;                                                                   \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    static void name##_s8(const arete_arg_plan *plan, const void *x, void *y, size_t begin, size_t end) {              \
        if (plan->inner == 1) {                                                                                        \
            name##_rows(plan, x, y, begin, end, 0x80);                                                                 \
        } else {                                                                                                       \
            arete_arg_extremum(ARETE_INT8)(plan, x, y, begin, end);                                                    \
        }                                                                                                              \
    }                                                                                                                  \
    static void name##_u8(const arete_arg_plan *plan, const void *x, void *y, size_t begin, size_t end) {              \
        if (plan->inner == 1) {                                                                                        \
            name##_rows(plan, x, y, begin, end, 0);                                                                    \
        } else {                                                                                                       \
            arete_arg_extremum(ARETE_UINT8)(plan, x, y, begin, end);                                                   \
        }                                                                                                              \
    }                                                                                                                  \
    arete_arg_function name(arete_element_type type) {                                                                 \
        return type == ARETE_INT8 ? name##_s8 : type == ARETE_UINT8 ? name##_u8 : arete_arg_extremum(type);            \
    }
