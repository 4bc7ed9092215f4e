// Dense layers of few inputs, where finishing takes about as long as multiplying: a few pixels at a time in one loop,
// so that they are finished while the next ones are multiplied. Included by dense.h for each instruction set that has
// DENSE_SHALLOW. A pixel of 64 channels takes a dot product for each vector and group of depth; with lifted sums
// finishing adds 4 multiplications, which wait for the same ports, and 9 instructions that do not. Results are looked
// up in a table before they are stored, where there is one for it: deeper tiles gain less than the test for it costs.

// Pixels that are multiplied before they go on: whole rounds, and no more results than 12 pixels of a whole panel have.
static inline size_t DENSE(shallow_pixels)(size_t vectors) {
    return 12 * PANEL_VECTORS / vectors / DENSE_SHALLOW_ROWS(vectors) * DENSE_SHALLOW_ROWS(vectors);
}

// Returns what to bring near next.
__attribute__((always_inline)) static inline const int8_t *DENSE(shallow)(const DENSE(tile_work) * work, size_t tiles,
                                                                          const int8_t *end, const size_t rows,
                                                                          const size_t vectors, const bool halves,
                                                                          const bool lifted, const bool looks_up) {
    const DENSE(tile_work) t = *work; // which no result can change
    const finish_vectors finish = load_finish(t.finish);
    const size_t pitch = t.pixel_pitch;
    const uint8_t *pixel = t.activations;
    uint8_t *output = t.output;
    const int8_t *ahead = t.ahead;
    const ptrdiff_t lines = (ptrdiff_t)(t.segments * t.steps * 64);
    for (; tiles != 0; tiles--, pixel += rows * pitch, output += rows * t.output_stride) {
        vec sums[12][4];
        DENSE(start_sums)(sums, t.bias, rows, vectors);
        const int8_t *w = t.weights;
        ahead = end - ahead < lines ? w : ahead;
        for (size_t s = 0; s < t.segments; s++) {
            const uint8_t *a0 = pixel + t.offsets[s], *a1 = a0 + 3 * pitch, *a2 = a0 + 6 * pitch;
            for (size_t k = t.steps; k != 0; k--) {
                __builtin_prefetch(ahead, 0, 2);
                ahead += 64;
#pragma clang loop unroll(full)
                for (size_t r = 0; r < rows; r++) {
                    const uint8_t *a = r < 3 ? a0 : r < 6 ? a1 : a2;
                    const activation_vec x = DENSE(broadcast)(a + r % 3 * pitch, halves);
#pragma clang loop unroll(full)
                    for (size_t v = 0; v < vectors; v++) {
                        sums[r][v] = DENSE(dot)(sums[r][v], x, w + v * LANES * 4, halves && v + 1 == vectors);
                    }
                }
                w += vectors * LANES * 4;
                a0 += 4;
                a1 += 4;
                a2 += 4;
            }
        }
        const size_t together = DENSE_TOGETHER(vectors);
#pragma clang loop unroll(full)
        for (size_t r = 0; r < rows; r += together) {
            finish_lifted_rows(sums + r, rows - r < together ? rows - r : together, vectors, t.scale, lifted, looks_up,
                               (const float *)t.excess, &finish, t.count, output + r * t.output_stride,
                               t.output_stride);
        }
    }
    return ahead;
}

#define TILE(R, V)                                                                                                     \
    static const int8_t *DENSE(shallow_##R##x##V)(const DENSE(tile_work) * t, size_t tiles, const int8_t *end,         \
                                                  bool halves, bool lifted) {                                          \
        if (lifted) {                                                                                                  \
            return halves ? DENSE(shallow)(t, tiles, end, R, V, true, true, false)                                     \
                          : DENSE(shallow)(t, tiles, end, R, V, false, true, false);                                   \
        }                                                                                                              \
        if (t->finish->table) {                                                                                        \
            return halves ? DENSE(shallow)(t, tiles, end, R, V, true, false, true)                                     \
                          : DENSE(shallow)(t, tiles, end, R, V, false, false, true);                                   \
        }                                                                                                              \
        return halves ? DENSE(shallow)(t, tiles, end, R, V, true, false, false)                                        \
                      : DENSE(shallow)(t, tiles, end, R, V, false, false, false);                                      \
    }
DENSE_SHALLOW_TILES
#undef TILE

typedef const int8_t *(*DENSE(shallow_function))(const DENSE(tile_work) *, size_t tiles, const int8_t *end, bool halves,
                                                 bool lifted);

#define TILE(R, V) [V - 1][R - 1] = DENSE(shallow_##R##x##V),
static const DENSE(shallow_function) DENSE(shallow_tiles)[4][8] = {DENSE_SHALLOW_TILES};
#undef TILE

static inline bool DENSE(is_shallow)(const dense_plan *plan, const DENSE(tile_work) * t, uint8_t flags) {
    return plan->shallow && t->finish && !(flags & DENSE_HAS_EXCESS_FLAG);
}

// `pixels` pixels times one panel. All weights end at `end`; returns which to bring near next.
static const int8_t *DENSE(multiply_shallow)(const DENSE(tile_work) * work, size_t pixels, size_t vectors,
                                             uint8_t flags, const int8_t *end) {
    DENSE(tile_work) t = *work;
    const bool halves = t.count + LANES / 2 <= vectors * LANES, lifted = (flags & DENSE_LIFTED_FLAG) != 0;
    const size_t rows = DENSE_SHALLOW_ROWS(vectors), tiles = pixels / rows, rest = pixels % rows;
    const DENSE(shallow_function) *functions = DENSE(shallow_tiles)[vectors - 1];
    if (tiles != 0) {
        t.ahead = functions[rows - 1](&t, tiles, end, halves, lifted);
        t.activations += tiles * rows * t.pixel_pitch;
        t.output += tiles * rows * t.output_stride;
    }
    return rest == 0 ? t.ahead : functions[rest - 1](&t, 1, end, halves, lifted);
}
