// The k largest or smallest elements of rows: vectors skip what is not better than the worst one kept.
#pragma once

LANES_INLINE size_t next_top_f32(const float *x, size_t i, size_t n, size_t root, bool largest) {
    const floats worst = floats_of(x[root]);
    for (; i + LANES <= n; i += LANES) {
        const floats values = floats_load(x + i);
        // Numbers that cannot be compared are left to the loop.
        const uint32_t candidates = lanes_negative(largest ? ~(values <= worst) : ~(values >= worst));
        if (candidates != 0) return i + (size_t)__builtin_ctz(candidates);
    }
    return i;
}

LANES_INLINE size_t next_top_byte(const uint8_t *x, size_t i, size_t n, size_t root, uint8_t flip) {
    const bytes flips = bytes_of(flip), worst = bytes_of(x[root]) ^ flips;
    const uint64_t all = LANE_BYTES == 64 ? ~UINT64_C(0) : UINT32_MAX;
    for (; i + LANE_BYTES <= n; i += LANE_BYTES) {
        const uint64_t others = bytes_equal(bytes_maximum(bytes_load(x + i) ^ flips, worst), worst);
        if (others != all) return i + (size_t)__builtin_ctzll(~others);
    }
    return i;
}

LANES_INLINE size_t next_top_i8(const int8_t *x, size_t i, size_t n, size_t root, bool largest) {
    return next_top_byte((const uint8_t *)x, i, n, root, largest ? 0x80 : 0x7F);
}

LANES_INLINE size_t next_top_u8(const uint8_t *x, size_t i, size_t n, size_t root, bool largest) {
    return next_top_byte(x, i, n, root, largest ? 0 : 0xFF);
}

#define NEXT_TOP(TAG, column, i, n, root, largest) next_top_##TAG(column, i, n, root, largest)
#include "../../scalar/top_k_loops.h"

TOP_LOOP(f32, ARETE_FLOAT32, float, float, ARETE_SAME, ARETE_SAME)
TOP_LOOP(i8, ARETE_INT8, int8_t, int8_t, ARETE_SAME, ARETE_SAME)
TOP_LOOP(u8, ARETE_UINT8, uint8_t, uint8_t, ARETE_SAME, ARETE_SAME)

#define TOP_K(name)                                                                                                    \
    arete_top_function name(arete_element_type type) {                                                                 \
        return type == ARETE_FLOAT32 ? top_f32                                                                         \
               : type == ARETE_INT8  ? top_i8                                                                          \
               : type == ARETE_UINT8 ? top_u8                                                                          \
                                     : arete_top_k(type);                                                              \
    }
