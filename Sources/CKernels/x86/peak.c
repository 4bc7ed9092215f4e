// The int8 peak of an x86 core, from registers and from the first-level cache.
//
// The register loops keep 12 independent chains busy: latency is 4-5 cycles and at most two instructions start in one.
// The tile loops read, for four bytes of depth, the weights of a few vectors of channels and one broadcast word for
// each of 6 rows: 10 loads for 24 dot products (512 bit), 8 for 12 (256 bit, two vectors), so that two loads a cycle do
// not hold them up.
#include "arete_peak.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

enum { CHAINS = 12, ROWS = 6, ROW_BYTES = 192, DEPTH = ROW_BYTES / 4 };

// Makes the compiler forget what it knows of a vector, so that no work on constants is saved.
#define OPAQUE(vector) __asm__ volatile("" : "+v"(vector))

static int32_t broadcast_word(const uint8_t *from) {
    int32_t word;
    memcpy(&word, from, sizeof word);
    return word;
}

// One function for each width and instruction: `dot(sum, activations, weights)` on `vector`.
#define PEAK_LOOPS(name, features, vector, zero, load, broadcast, add, store, dot, columns)                            \
    __attribute__((target(features))) static size_t name##_registers(size_t rounds, int32_t *sink) {                   \
        vector sums[CHAINS], activations = broadcast(0x01020304), weights = broadcast(0x05060708);                     \
        for (size_t chain = 0; chain < CHAINS; chain++) {                                                              \
            sums[chain] = zero();                                                                                      \
        }                                                                                                              \
        for (size_t round = 0; round < rounds; round++) {                                                              \
            _Pragma("clang loop unroll(full)") for (size_t chain = 0; chain < CHAINS; chain++) {                       \
                OPAQUE(activations);                                                                                   \
                sums[chain] = dot(sums[chain], activations, weights);                                                  \
            }                                                                                                          \
        }                                                                                                              \
        for (size_t chain = 1; chain < CHAINS; chain++) {                                                              \
            sums[0] = add(sums[0], sums[chain]);                                                                       \
        }                                                                                                              \
        int32_t lanes[sizeof(vector) / 4];                                                                             \
        store((void *)lanes, sums[0]);                                                                                 \
        *sink += lanes[0];                                                                                             \
        return rounds * CHAINS * sizeof(vector);                                                                       \
    }                                                                                                                  \
    __attribute__((target(features))) static size_t name##_tile(size_t rounds, const uint8_t *operands,                \
                                                                int32_t *sink) {                                       \
        const uint8_t *rows = operands, *weights = operands + ROWS * ROW_BYTES;                                        \
        vector sums[ROWS][columns];                                                                                    \
        for (size_t row = 0; row < ROWS; row++) {                                                                      \
            for (size_t column = 0; column < (columns); column++) {                                                    \
                sums[row][column] = zero();                                                                            \
            }                                                                                                          \
        }                                                                                                              \
        for (size_t round = 0; round < rounds; round++) {                                                              \
            for (size_t depth = 0; depth < DEPTH; depth++) {                                                           \
                vector loaded[columns];                                                                                \
                _Pragma("clang loop unroll(full)") for (size_t column = 0; column < (columns); column++) {             \
                    loaded[column] = load((const void *)(weights + (depth * (columns) + column) * sizeof(vector)));    \
                }                                                                                                      \
                _Pragma("clang loop unroll(full)") for (size_t row = 0; row < ROWS; row++) {                           \
                    const vector activation = broadcast(broadcast_word(rows + row * ROW_BYTES + depth * 4));           \
                    _Pragma("clang loop unroll(full)") for (size_t column = 0; column < (columns); column++) {         \
                        sums[row][column] = dot(sums[row][column], activation, loaded[column]);                        \
                    }                                                                                                  \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
        vector total = zero();                                                                                         \
        for (size_t row = 0; row < ROWS; row++) {                                                                      \
            for (size_t column = 0; column < (columns); column++) {                                                    \
                total = add(total, sums[row][column]);                                                                 \
            }                                                                                                          \
        }                                                                                                              \
        int32_t lanes[sizeof(vector) / 4];                                                                             \
        store((void *)lanes, total);                                                                                   \
        *sink += lanes[0];                                                                                             \
        return rounds * DEPTH * ROWS * (columns) * sizeof(vector);                                                     \
    }

// Without a byte dot product: the pair that is exact for activations up to 128, and an addition.
#define DOT_PAIRS(sum, a, w) _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(a, w), _mm256_set1_epi16(1)))

PEAK_LOOPS(avx2, "avx2", __m256i, _mm256_setzero_si256, _mm256_load_si256, _mm256_set1_epi32, _mm256_add_epi32,
           _mm256_storeu_si256, DOT_PAIRS, 2)
PEAK_LOOPS(avxvnni, "avx2,avxvnni", __m256i, _mm256_setzero_si256, _mm256_load_si256, _mm256_set1_epi32,
           _mm256_add_epi32, _mm256_storeu_si256, _mm256_dpbusd_avx_epi32, 2)
PEAK_LOOPS(avx512vl, "avx2,avx512f,avx512vl,avx512vnni", __m256i, _mm256_setzero_si256, _mm256_load_si256,
           _mm256_set1_epi32, _mm256_add_epi32, _mm256_storeu_si256, _mm256_dpbusd_epi32, 2)
PEAK_LOOPS(avx512vnni, "avx512f,avx512vnni", __m512i, _mm512_setzero_si512, _mm512_load_si512, _mm512_set1_epi32,
           _mm512_add_epi32, _mm512_storeu_si512, _mm512_dpbusd_epi32, 4)

size_t arete_peak_registers(arete_isa isa, size_t rounds, int32_t *sink) {
    switch (arete_isa_available(isa) ? isa : ARETE_ISA_SCALAR) {
    case ARETE_ISA_AVX2:
        return avx2_registers(rounds, sink);
    case ARETE_ISA_AVXVNNI:
        return avxvnni_registers(rounds, sink);
    case ARETE_ISA_AVX512VL:
        return avx512vl_registers(rounds, sink);
    case ARETE_ISA_AVX512VNNI:
    case ARETE_ISA_AVX512VBMI:
        return avx512vnni_registers(rounds, sink);
    default:
        return 0;
    }
}

size_t arete_peak_tile(arete_isa isa, size_t rounds, const uint8_t *operands, int32_t *sink) {
    switch (arete_isa_available(isa) ? isa : ARETE_ISA_SCALAR) {
    case ARETE_ISA_AVX2:
        return avx2_tile(rounds, operands, sink);
    case ARETE_ISA_AVXVNNI:
        return avxvnni_tile(rounds, operands, sink);
    case ARETE_ISA_AVX512VL:
        return avx512vl_tile(rounds, operands, sink);
    case ARETE_ISA_AVX512VNNI:
    case ARETE_ISA_AVX512VBMI:
        return avx512vnni_tile(rounds, operands, sink);
    default:
        return 0;
    }
}

#else

size_t arete_peak_registers(arete_isa isa, size_t rounds, int32_t *sink) {
    (void)isa, (void)rounds, (void)sink;
    return 0;
}

size_t arete_peak_tile(arete_isa isa, size_t rounds, const uint8_t *operands, int32_t *sink) {
    (void)isa, (void)rounds, (void)operands, (void)sink;
    return 0;
}

#endif
