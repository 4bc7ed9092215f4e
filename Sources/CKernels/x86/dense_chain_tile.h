// Tiles of dense layers of bytes whose weights are packed in chains: some pixels times 8 channels each, in registers.
// Included by dense.h in place of dense_tile.h.
//
// A link takes one load and one multiplication (`vpmaddubsw`) for 32 multiply-accumulates of a pixel, and but for a
// chain's first link an addition of words. A chain takes a second multiplication (`vpmaddwd` by ones) and an addition.
// Two multiplications a cycle bound it: 32 multiply-accumulates a cycle without chains, 43 with chains of two, 48 of
// three.

typedef struct {
    const uint8_t *activations; // of the first pixel
    size_t pixel_pitch;
    const uint32_t *places; // bytes from a pixel to what each link multiplies
    uint32_t chains[CHAIN_LINKS];
    size_t links; // of all chains, and some of no weights
    const int8_t *weights;
    const int8_t *ahead, *end; // what to bring into the second cache meanwhile, a line for each chain
    size_t ahead_bytes;        // of all chains
    const int32_t *bias, *excess;
    const float *scale;
    const int32_t *sums;         // of the activations of each pixel; NULL where no channel has an excess
    const finish_values *finish; // NULL: store the 32-bit sums
    size_t count;                // channels that are stored
    uint8_t *output;
    size_t output_stride; // bytes
    size_t tiles;         // of as many pixels, next to each other
} DENSE(tile_work);

// How many of `tiles` tiles of one size are computed at once: those of few links take no longer than a call. Sums are
// stored by one.
static inline size_t DENSE(take_tiles)(DENSE(tile_work) * t, size_t tiles) { return t->tiles = t->finish ? tiles : 1; }

// Bytes from a pixel to one a few from it, in terms that an address can hold.
typedef struct {
    size_t once, thrice, five_times;
} DENSE(pitches);

__attribute__((always_inline)) static inline size_t DENSE(row_offset)(const DENSE(pitches) * pitch, size_t r) {
    return r % 3 == 0 ? r / 3 * pitch->thrice : r % 5 == 0 ? r / 5 * pitch->five_times : r * pitch->once;
}

// Adds `chains` chains of `length` links.
__attribute__((always_inline)) static inline void DENSE(add_chains)(const DENSE(tile_work) * t, const size_t rows,
                                                                    const size_t length, const uint32_t **places,
                                                                    const int8_t **weights, const int8_t **ahead,
                                                                    vec *sums) {
    const vec ones = _mm256_set1_epi16(1);
    DENSE(pitches) pitch = {t->pixel_pitch, 3 * t->pixel_pitch, 5 * t->pixel_pitch};
    __asm__("" : "+r"(pitch.thrice), "+r"(pitch.five_times)); // registers, not sums for each address
    const uint8_t *activations = t->activations;
    const uint32_t *place = *places;
    const int8_t *w = *weights, *line = *ahead;
    for (size_t chain = t->chains[length - 1]; chain != 0; chain--) {
        __builtin_prefetch(line, 0, 2);
        line += 64;
        vec link[CHAIN_LINKS];
        const uint8_t *a[CHAIN_LINKS];
#pragma clang loop unroll(full)
        for (size_t i = 0; i < length; i++) {
            link[i] = load_weights(w + i * CHAIN_LINK_BYTES);
            a[i] = activations + place[i];
        }
#pragma clang loop unroll(full)
        for (size_t r = 0; r < rows; r++) {
            const size_t offset = DENSE(row_offset)(&pitch, r);
            vec products = _mm256_maddubs_epi16(broadcast(a[0] + offset), link[0]);
#pragma clang loop unroll(full)
            for (size_t i = 1; i < length; i++) {
                const vec more = _mm256_maddubs_epi16(broadcast(a[i] + offset), link[i]);
                products = _mm256_add_epi16(products, more);
            }
            sums[r] = _mm256_add_epi32(sums[r], _mm256_madd_epi16(products, ones));
#pragma clang loop unroll(full)
            for (size_t i = 0; r + 1 < rows && i < length; i++) {
                // Keeps the next pixel's loads behind this sum: registers cannot hold more of them at once.
                __asm__("" : "+r"(a[i]), "+x"(sums[r]));
            }
        }
        place += length;
        w += length * CHAIN_LINK_BYTES;
    }
    *places = place;
    *weights = w;
    *ahead = line;
}

// Adds all links to the sums of one pixel, one by one: loads bound them, and chains would take three loops.
__attribute__((always_inline)) static inline vec DENSE(add_links)(const DENSE(tile_work) * t, vec sums) {
    const vec ones = _mm256_set1_epi16(1);
    const uint32_t *place = t->places;
    const int8_t *w = t->weights, *end = w + t->links * CHAIN_LINK_BYTES;
    for (; w != end; w += CHAIN_PIXEL_LINKS * CHAIN_LINK_BYTES, place += CHAIN_PIXEL_LINKS) {
        __builtin_prefetch(w + 512, 0, 3);
        __builtin_prefetch(w + 512 + 64, 0, 3);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < CHAIN_PIXEL_LINKS; i++) {
            const vec link = load_weights(w + i * CHAIN_LINK_BYTES);
            const vec products = _mm256_maddubs_epi16(broadcast(t->activations + place[i]), link);
            sums = _mm256_add_epi32(sums, _mm256_madd_epi16(products, ones));
        }
    }
    return sums;
}

__attribute__((always_inline)) static inline void DENSE(one_tile)(const DENSE(tile_work) * t, const size_t rows) {
    vec sums[ROWS(1) + 1];
    const vec bias = load_bias(t->bias);
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++) {
        sums[r] = bias;
    }
    if (rows == 1) {
        sums[0] = DENSE(add_links)(t, sums[0]);
    } else {
        const uint32_t *places = t->places;
        const int8_t *weights = t->weights, *ahead = t->ahead;
#pragma clang loop unroll(full)
        for (size_t length = CHAIN_LINKS; length != 0; length--) {
            DENSE(add_chains)(t, rows, length, &places, &weights, &ahead, sums);
        }
    }
    if (t->sums) {
#pragma clang loop unroll(full)
        for (size_t r = 0; r < rows; r++) {
            sums[r] = add_excess(sums[r], t->sums[r], t->excess);
        }
    }
    if (!t->finish) {
#pragma clang loop unroll(full)
        for (size_t r = 0; r < rows; r++) {
            store_sums((int32_t *)(void *)t->output + r * LANES, sums[r]);
        }
        return;
    }
    const finish_vectors finish = load_finish(t->finish);
    finish_pairs(sums, rows, t->scale, &finish, t->count, t->output, t->output_stride);
}

__attribute__((always_inline)) static inline void DENSE(tile)(const DENSE(tile_work) * work, const size_t rows) {
    DENSE(tile_work) t = *work;
    for (size_t tile = t.tiles; tile != 0; tile--) {
        DENSE(one_tile)(&t, rows);
        t.activations += rows * t.pixel_pitch;
        t.output += rows * t.output_stride;
        t.sums += t.sums ? rows : 0;
        t.ahead = t.ahead + t.ahead_bytes <= t.end ? t.ahead + t.ahead_bytes : t.weights;
    }
}

#define TILE(R, V)                                                                                                     \
    static void DENSE(tile_##R##x##V)(const DENSE(tile_work) * t) { DENSE(tile)(t, R); }
DENSE_TILES
#undef TILE

typedef void (*DENSE(tile_function))(const DENSE(tile_work) *);

#define TILE(R, V) [V - 1][R - 1] = DENSE(tile_##R##x##V),
static const DENSE(tile_function) DENSE(tiles)[1][12] = {DENSE_TILES};
#undef TILE
