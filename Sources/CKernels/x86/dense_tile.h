// A tile of dense layers: some pixels times some vectors of channels, in registers. Included by dense.h for each
// instruction set.

typedef struct {
    const uint8_t *activations; // first run of the first pixel
    size_t pixel_pitch;
    const size_t *offsets; // of the runs
    size_t segments, steps;
    const int8_t *weights;
    const int8_t *ahead; // what to bring into the second cache meanwhile, a line for each group of four bytes of depth
    const int32_t *bias, *excess;
    const float *scale;
    const int32_t *sums;         // of the activations of each pixel; NULL where no channel has an excess
    const finish_values *finish; // NULL: store the 32-bit sums, PANEL_VECTORS * LANES apart
    size_t count;                // channels that are stored
    uint8_t *output;
    size_t output_stride; // bytes
} DENSE(tile_work);

// Tiles are computed one by one.
static inline size_t DENSE(take_tiles)(DENSE(tile_work) * t, size_t tiles) {
    (void)t, (void)tiles;
    return 1;
}

__attribute__((always_inline)) static inline vec DENSE(dot)(vec sum, activation_vec x, const int8_t *weights,
                                                            const bool half) {
#if DENSE_HAS_HALVES
    if (half) {
        return dot_half(sum, x, weights);
    }
#else
    (void)half;
#endif
    return dot(sum, x, load_weights(weights));
}

__attribute__((always_inline)) static inline activation_vec DENSE(broadcast)(const uint8_t *activations,
                                                                             const bool halves) {
#if DENSE_BROADCASTS_ONCE
    if (halves) {
        return broadcast_once(activations);
    }
#else
    (void)halves;
#endif
    return broadcast(activations);
}

// All sums of a tile begin with the biases of their channels.
__attribute__((always_inline)) static inline void DENSE(start_sums)(vec sums[][4], const int32_t *biases,
                                                                    const size_t rows, const size_t vectors) {
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) {
        const vec bias = load_bias(biases + v * LANES);
#pragma clang loop unroll(full)
        for (size_t r = 0; r < rows; r++) {
            sums[r][v] = bias;
        }
    }
}

// The accumulators stay in registers as long as all loops over rows and vectors are unrolled. Of the last vector only
// half the channels are there where `halves`.
__attribute__((always_inline)) static inline void DENSE(tile)(const DENSE(tile_work) * t, const size_t rows,
                                                              const size_t vectors, const bool halves) {
    vec sums[12][4];
    DENSE(start_sums)(sums, t->bias, rows, vectors);
    const int8_t *w = t->weights, *ahead = t->ahead;
    const uint8_t *a0 = t->activations, *a1 = a0, *a2 = a0, *a3 = a0;
    const size_t pitch = t->pixel_pitch, tail = t->steps < DENSE_TAIL ? t->steps : DENSE_TAIL;
    for (size_t s = 0; s < t->segments; s++) {
        a0 = t->activations + t->offsets[s];
        a1 = a0 + 3 * pitch;
        a2 = a0 + 6 * pitch;
        a3 = a0 + 9 * pitch;
        for (size_t k = s + 1 < t->segments ? t->steps : t->steps - tail; k != 0; k--) {
            __builtin_prefetch(ahead, 0, 2);
            ahead += 64;
#pragma clang loop unroll(full)
            for (size_t r = 0; r < rows; r++) {
                const uint8_t *a = r < 3 ? a0 : r < 6 ? a1 : r < 9 ? a2 : a3;
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
            a3 += 4;
        }
    }
#if DENSE_FINISHES
    finish_vectors finish = {0};
    if (t->finish) {
        finish = load_finish(t->finish);
    }
#endif
    // The last groups of depth go a few rows at a time, so that they are finished while the next ones are multiplied.
    const size_t together = DENSE_TOGETHER(vectors);
#pragma clang loop unroll(full)
    for (size_t first = 0; first < rows; first += together) {
        const size_t end = first + together < rows ? first + together : rows;
        for (size_t k = 0; k < tail; k++) {
#pragma clang loop unroll(full)
            for (size_t r = first; r < end; r++) {
                const uint8_t *a = r < 3 ? a0 : r < 6 ? a1 : r < 9 ? a2 : a3;
                const activation_vec x = DENSE(broadcast)(a + r % 3 * pitch + 4 * k, halves);
#pragma clang loop unroll(full)
                for (size_t v = 0; v < vectors; v++) {
                    const int8_t *b = w + (k * vectors + v) * LANES * 4;
                    sums[r][v] = DENSE(dot)(sums[r][v], x, b, halves && v + 1 == vectors);
                }
            }
        }
#if DENSE_HAS_EXCESS
        if (t->sums) {
#pragma clang loop unroll(full)
            for (size_t r = first; r < end; r++) {
#pragma clang loop unroll(full)
                for (size_t v = 0; v < vectors; v++) {
                    sums[r][v] = add_excess(sums[r][v], t->sums[r], t->excess + v * LANES);
                }
            }
        }
#endif
#if DENSE_STORES_SUMS
        if (!t->finish) {
#pragma clang loop unroll(full)
            for (size_t r = first; r < end; r++) {
#pragma clang loop unroll(full)
                for (size_t v = 0; v < vectors; v++) {
                    store_sums((int32_t *)t->output + (r * PANEL_VECTORS + v) * LANES, sums[r][v]);
                }
            }
            continue;
        }
#endif
#if DENSE_FINISHES
        finish_rows(sums + first, end - first, vectors, t->scale, &finish, t->count,
                    t->output + first * t->output_stride, t->output_stride);
#endif
    }
}

#define TILE(R, V)                                                                                                     \
    static void DENSE(tile_##R##x##V)(const DENSE(tile_work) * t) { DENSE(tile)(t, R, V, false); }
DENSE_TILES
#undef TILE

typedef void (*DENSE(tile_function))(const DENSE(tile_work) *);

#define TILE(R, V) [V - 1][R - 1] = DENSE(tile_##R##x##V),
static const DENSE(tile_function) DENSE(tiles)[4][12] = {DENSE_TILES};
#undef TILE

#if DENSE_HAS_HALVES
#define TILE(R, V)                                                                                                     \
    static void DENSE(half_tile_##R##x##V)(const DENSE(tile_work) * t) { DENSE(tile)(t, R, V, true); }
DENSE_TILES
#undef TILE
#define TILE(R, V) [V - 1][R - 1] = DENSE(half_tile_##R##x##V),
static const DENSE(tile_function) DENSE(half_tiles)[4][12] = {DENSE_TILES};
#undef TILE
#endif
