// Rows of camera pictures, BYTES at a time; what is left at the end goes through one more vector in memory of its own.
// Included once for each vector width, after the lanes' own header.
#include "arete_pixels_rows.h"
#include "patterns.h"
#include <string.h>

LANES_BEGIN
TWICE

static inline void split2_vector(const uint8_t *pairs, uint8_t *first, uint8_t *second) {
    const bytes low = ALL16(255), a = LOAD(pairs), b = LOAD(pairs + BYTES);
    STORE(first, NARROW(AND(a, low), AND(b, low)));
    STORE(second, NARROW(SRL16(a, 8), SRL16(b, 8)));
}

static void split2(const uint8_t *restrict pairs, size_t count, uint8_t *restrict first, uint8_t *restrict second) {
    size_t i = 0;
    for (; i + BYTES <= count; i += BYTES) split2_vector(pairs + 2 * i, first + i, second + i);
    if (i == count) return;
    uint8_t in[2 * BYTES] = {0}, out[2 * BYTES];
    memcpy(in, pairs + 2 * i, 2 * (count - i));
    split2_vector(in, out, out + BYTES);
    memcpy(first + i, out, count - i);
    memcpy(second + i, out + BYTES, count - i);
}

static inline void split3_vector(const uint8_t *triples, uint8_t *a, uint8_t *b, uint8_t *c) {
    const bytes x = LOAD16S(triples, 48), y = LOAD16S(triples + 16, 48), z = LOAD16S(triples + 32, 48);
    uint8_t *const out[3] = {a, b, c};
    for (int k = 0; k < 3; k++) {
        const bytes p = PICK(x, PATTERN(SPLIT3[3 * k])), q = PICK(y, PATTERN(SPLIT3[3 * k + 1]));
        STORE(out[k], OR(OR(p, q), PICK(z, PATTERN(SPLIT3[3 * k + 2]))));
    }
}

static void split3(const uint8_t *restrict triples, size_t count, uint8_t *restrict a, uint8_t *restrict b,
                   uint8_t *restrict c) {
    size_t i = 0;
    for (; i + BYTES <= count; i += BYTES) split3_vector(triples + 3 * i, a + i, b + i, c + i);
    if (i == count) return;
    uint8_t in[3 * BYTES] = {0}, out[3 * BYTES];
    memcpy(in, triples + 3 * i, 3 * (count - i));
    split3_vector(in, out, out + BYTES, out + 2 * BYTES);
    memcpy(a + i, out, count - i);
    memcpy(b + i, out + BYTES, count - i);
    memcpy(c + i, out + 2 * BYTES, count - i);
}

static inline void swap3_vector(const uint8_t *triples, bytes flip, uint8_t *out) {
    const bytes x = LOAD16S(triples, 48), y = LOAD16S(triples + 16, 48), z = LOAD16S(triples + 32, 48);
    const bytes first = OR(PICK(x, PATTERN(SWAP3[0])), PICK(y, PATTERN(SWAP3[1])));
    const bytes outer = OR(PICK(x, PATTERN(SWAP3[2])), PICK(z, PATTERN(SWAP3[4])));
    const bytes last = OR(PICK(y, PATTERN(SWAP3[5])), PICK(z, PATTERN(SWAP3[6])));
    STORE16S(out, 48, XOR(first, flip));
    STORE16S(out + 16, 48, XOR(OR(outer, PICK(y, PATTERN(SWAP3[3]))), flip));
    STORE16S(out + 32, 48, XOR(last, flip));
}

static void swap3(const uint8_t *restrict triples, size_t count, uint8_t flip, uint8_t *restrict out) {
    const bytes mask = ALL8(flip);
    size_t i = 0;
    for (; i + BYTES <= count; i += BYTES) swap3_vector(triples + 3 * i, mask, out + 3 * i);
    if (i == count) return;
    uint8_t in[3 * BYTES] = {0}, last[3 * BYTES];
    memcpy(in, triples + 3 * i, 3 * (count - i));
    swap3_vector(in, mask, last);
    memcpy(out + 3 * i, last, 3 * (count - i));
}

// 4 * BYTES in, 2 * BYTES of luma and BYTES of each chroma out.
static inline void split_yuyv_vector(const uint8_t *groups, int luma_second, uint8_t *y, uint8_t *cb, uint8_t *cr) {
    const bytes low = ALL16(255);
    bytes chroma[2];
    for (int half = 0; half < 2; half++) {
        const bytes a = LOAD(groups + 2 * half * BYTES), b = LOAD(groups + (2 * half + 1) * BYTES);
        const bytes even = NARROW(AND(a, low), AND(b, low)), odd = NARROW(SRL16(a, 8), SRL16(b, 8));
        STORE(y + half * BYTES, luma_second ? odd : even);
        chroma[half] = luma_second ? even : odd;
    }
    STORE(cb, NARROW(AND(chroma[0], low), AND(chroma[1], low)));
    STORE(cr, NARROW(SRL16(chroma[0], 8), SRL16(chroma[1], 8)));
}

static void split_yuyv(const uint8_t *restrict groups, size_t count, int luma_second, uint8_t *restrict y,
                       uint8_t *restrict cb, uint8_t *restrict cr) {
    size_t i = 0;
    for (; i + BYTES <= count; i += BYTES) split_yuyv_vector(groups + 4 * i, luma_second, y + 2 * i, cb + i, cr + i);
    if (i == count) return;
    uint8_t in[4 * BYTES] = {0}, out[4 * BYTES];
    memcpy(in, groups + 4 * i, 4 * (count - i));
    split_yuyv_vector(in, luma_second, out, out + 2 * BYTES, out + 3 * BYTES);
    memcpy(y + 2 * i, out, 2 * (count - i));
    memcpy(cb + i, out + 2 * BYTES, count - i);
    memcpy(cr + i, out + 3 * BYTES, count - i);
}

static inline void narrow_vector(const uint16_t *words, uint16_t low, uint16_t scale, uint8_t *out) {
    const bytes zero = ALL16(low), factor = ALL16(scale), most = ALL16(255);
    const bytes a = MIN_U16(MULHI_U16(SUBS_U16(LOAD(words), zero), factor), most);
    const bytes b = MIN_U16(MULHI_U16(SUBS_U16(LOAD(words + BYTES / 2), zero), factor), most);
    STORE(out, NARROW(a, b));
}

static void narrow(const uint16_t *restrict words, size_t count, uint16_t low, uint16_t scale, uint8_t *restrict out) {
    size_t i = 0;
    for (; i + BYTES <= count; i += BYTES) narrow_vector(words + i, low, scale, out + i);
    if (i == count) return;
    uint16_t in[BYTES] = {0};
    uint8_t last[BYTES];
    memcpy(in, words + i, 2 * (count - i));
    narrow_vector(in, low, scale, last);
    memcpy(out + i, last, count - i);
}

static inline void blend_rows_vector(const uint8_t *upper, const uint8_t *lower, bytes weights, uint8_t *out) {
    const bytes half = ALL16(64), a = LOAD(upper), b = LOAD(lower);
    const bytes low = ADD16(MADD_U8(LOW8(a, b), weights), half), high = ADD16(MADD_U8(HIGH8(a, b), weights), half);
    STORE(out, PACK_U8(SRL16(low, 7), SRL16(high, 7)));
}

static void blend_rows(const uint8_t *restrict upper, const uint8_t *restrict lower, uint8_t lower_weight, size_t count,
                       uint8_t *restrict out) {
    const bytes weights = ALL16((128 - lower_weight) | lower_weight << 8);
    size_t i = 0;
    for (; i + BYTES <= count; i += BYTES) blend_rows_vector(upper + i, lower + i, weights, out + i);
    if (i == count) return;
    uint8_t in[2][BYTES] = {{0}}, last[BYTES];
    memcpy(in[0], upper + i, count - i);
    memcpy(in[1], lower + i, count - i);
    blend_rows_vector(in[0], in[1], weights, last);
    memcpy(out + i, last, count - i);
}

static inline bytes quarter_half(const uint8_t *upper, const uint8_t *lower) {
    const bytes ones = ALL8(1), sum = ADD16(MADD_U8(LOAD(upper), ones), MADD_U8(LOAD(lower), ones));
    return SRL16(ADD16(sum, ALL16(2)), 2);
}

static inline void quarter_vector(const uint8_t *upper, const uint8_t *lower, uint8_t *out) {
    STORE(out, NARROW(quarter_half(upper, lower), quarter_half(upper + BYTES, lower + BYTES)));
}

static void quarter(const uint8_t *restrict upper, const uint8_t *restrict lower, size_t count, uint8_t *restrict out) {
    size_t i = 0;
    for (; i + BYTES <= count; i += BYTES) quarter_vector(upper + 2 * i, lower + 2 * i, out + i);
    if (i == count) return;
    uint8_t in[2][2 * BYTES] = {{0}}, last[BYTES];
    memcpy(in[0], upper + 2 * i, 2 * (count - i));
    memcpy(in[1], lower + 2 * i, 2 * (count - i));
    quarter_vector(in[0], in[1], last);
    memcpy(out + i, last, count - i);
}

typedef struct {
    bytes red, green, blue;
} colours;

// Luma of half of the pixels, with what rounds the sum: in 1/32, as the portable version has it. `y` is luma * 256,
// unsigned.
static inline bytes luma_sum(bytes y, const arete_yuv_matrix *m) {
    const bytes above = SUB16(SRL16(y, 1), ALL16(m->luma_offset * 128));
    return ADD16(MULHRS(above, ALL16(m->luma)), ALL16(16));
}

// Half of the pixels: luma * 256 unsigned, chroma * 256 about zero. Sums in 1/32, as the portable version has them.
static inline colours colour(bytes y, bytes cb, bytes cr, const arete_yuv_matrix *m) {
    const bytes luma = luma_sum(y, m);
    const bytes red = ADD16(luma, MULHRS(cr, ALL16(m->red_cr)));
    const bytes green = SUB16(SUB16(luma, MULHRS(cb, ALL16(m->green_cb))), MULHRS(cr, ALL16(m->green_cr)));
    const bytes blue = ADD16(luma, MULHRS(cb, ALL16(m->blue_cb)));
    return (colours){SRA16(red, 5), SRA16(green, 5), SRA16(blue, 5)};
}

static inline void yuv_vector(bytes y, bytes cb, bytes cr, const arete_yuv_matrix *m, uint8_t *red, uint8_t *green,
                              uint8_t *blue) {
    const bytes zero = ZERO(), middle = ALL8(128);
    cb = XOR(cb, middle), cr = XOR(cr, middle);
    const colours low = colour(LOW8(zero, y), LOW8(zero, cb), LOW8(zero, cr), m);
    const colours high = colour(HIGH8(zero, y), HIGH8(zero, cb), HIGH8(zero, cr), m);
    STORE(red, PACK_U8(low.red, high.red));
    STORE(green, PACK_U8(low.green, high.green));
    STORE(blue, PACK_U8(low.blue, high.blue));
}

static void yuv_to_rgb(const uint8_t *restrict y, const uint8_t *restrict cb, const uint8_t *restrict cr, size_t count,
                       const arete_yuv_matrix *matrix, uint8_t *restrict red, uint8_t *restrict green,
                       uint8_t *restrict blue) {
    const arete_yuv_matrix m = *matrix;
    size_t i = 0;
    for (; i + BYTES <= count; i += BYTES)
        yuv_vector(LOAD(y + i), LOAD(cb + i), LOAD(cr + i), &m, red + i, green + i, blue + i);
    if (i == count) return;
    uint8_t in[3][BYTES] = {{0}}, out[3][BYTES];
    memcpy(in[0], y + i, count - i);
    memcpy(in[1], cb + i, count - i);
    memcpy(in[2], cr + i, count - i);
    yuv_vector(LOAD(in[0]), LOAD(in[1]), LOAD(in[2]), &m, out[0], out[1], out[2]);
    memcpy(red + i, out[0], count - i);
    memcpy(green + i, out[1], count - i);
    memcpy(blue + i, out[2], count - i);
}

static void yuv422_to_rgb(const uint8_t *restrict y, const uint8_t *restrict cb, const uint8_t *restrict cr,
                          size_t count, const arete_yuv_matrix *matrix, uint8_t *restrict red, uint8_t *restrict green,
                          uint8_t *restrict blue) {
    const arete_yuv_matrix m = *matrix;
    size_t i = 0;
    for (; i + BYTES <= count; i += BYTES)
        yuv_vector(LOAD(y + i), LOAD_TWICE(cb + i / 2), LOAD_TWICE(cr + i / 2), &m, red + i, green + i, blue + i);
    if (i == count) return;
    uint8_t in[3][BYTES] = {{0}}, out[3][BYTES];
    memcpy(in[0], y + i, count - i);
    memcpy(in[1], cb + i / 2, (count - i) / 2);
    memcpy(in[2], cr + i / 2, (count - i) / 2);
    yuv_vector(LOAD(in[0]), LOAD_TWICE(in[1]), LOAD_TWICE(in[2]), &m, out[0], out[1], out[2]);
    memcpy(red + i, out[0], count - i);
    memcpy(green + i, out[1], count - i);
    memcpy(blue + i, out[2], count - i);
}

// The same of YUYV: words hold a pixel's luma and one of its chroma samples, the other one is in the next or last word.
static inline colours yuyv_half(bytes groups, bytes to_cb, bytes to_cr, int luma_second, const arete_yuv_matrix *m) {
    const bytes middle = ALL16(0x8000), high = ALL16(0xff00);
    const bytes y = luma_second ? AND(groups, high) : SLL16(groups, 8);
    return colour(y, XOR(PICK(groups, to_cb), middle), XOR(PICK(groups, to_cr), middle), m);
}

static inline void yuyv_vector(const uint8_t *groups, int luma_second, const arete_yuv_matrix *m, uint8_t *red,
                               uint8_t *green, uint8_t *blue) {
    const bytes to_cb = PATTERN(CHROMA[luma_second ? 0 : 1]), to_cr = PATTERN(CHROMA[luma_second ? 2 : 3]);
    const colours a = yuyv_half(LOAD(groups), to_cb, to_cr, luma_second, m);
    const colours b = yuyv_half(LOAD(groups + BYTES), to_cb, to_cr, luma_second, m);
    STORE(red, NARROW(a.red, b.red));
    STORE(green, NARROW(a.green, b.green));
    STORE(blue, NARROW(a.blue, b.blue));
}

static void yuyv_to_rgb(const uint8_t *restrict groups, size_t count, int luma_second, const arete_yuv_matrix *matrix,
                        uint8_t *restrict red, uint8_t *restrict green, uint8_t *restrict blue) {
    const arete_yuv_matrix m = *matrix;
    const size_t pixels = 2 * count;
    size_t i = 0;
    for (; i + BYTES <= pixels; i += BYTES) yuyv_vector(groups + 2 * i, luma_second, &m, red + i, green + i, blue + i);
    if (i == pixels) return;
    uint8_t in[2 * BYTES] = {0}, out[3][BYTES];
    memcpy(in, groups + 2 * i, 2 * (pixels - i));
    yuyv_vector(in, luma_second, &m, out[0], out[1], out[2]);
    memcpy(red + i, out[0], pixels - i);
    memcpy(green + i, out[1], pixels - i);
    memcpy(blue + i, out[2], pixels - i);
}

static inline void luma_vector(const uint8_t *y, const arete_yuv_matrix *m, uint8_t *grey) {
    const bytes zero = ZERO(), all = LOAD(y);
    STORE(grey, PACK_U8(SRA16(luma_sum(LOW8(zero, all), m), 5), SRA16(luma_sum(HIGH8(zero, all), m), 5)));
}

static void luma_row(const uint8_t *restrict y, size_t count, const arete_yuv_matrix *matrix, uint8_t *restrict grey) {
    const arete_yuv_matrix m = *matrix;
    size_t i = 0;
    for (; i + BYTES <= count; i += BYTES) luma_vector(y + i, &m, grey + i);
    if (i == count) return;
    uint8_t in[BYTES] = {0}, out[BYTES];
    memcpy(in, y + i, count - i);
    luma_vector(in, &m, out);
    memcpy(grey + i, out, count - i);
}

static inline bytes grey_half(bytes red, bytes green, bytes blue) {
    const bytes sum = ADD16(MULHI_U16(red, ALL16(19595)), MULHI_U16(green, ALL16(38470)));
    return SRL16(ADD16(ADD16(sum, MULHI_U16(blue, ALL16(7471))), ALL16(128)), 8);
}

static inline void grey_vector(const uint8_t *red, const uint8_t *green, const uint8_t *blue, uint8_t *out) {
    const bytes zero = ZERO(), r = LOAD(red), g = LOAD(green), b = LOAD(blue);
    STORE(out, PACK_U8(grey_half(LOW8(zero, r), LOW8(zero, g), LOW8(zero, b)),
                       grey_half(HIGH8(zero, r), HIGH8(zero, g), HIGH8(zero, b))));
}

static void grey_row(const uint8_t *restrict red, const uint8_t *restrict green, const uint8_t *restrict blue,
                     size_t count, uint8_t *restrict out) {
    size_t i = 0;
    for (; i + BYTES <= count; i += BYTES) grey_vector(red + i, green + i, blue + i, out + i);
    if (i == count) return;
    uint8_t in[3][BYTES] = {{0}}, last[BYTES];
    memcpy(in[0], red + i, count - i);
    memcpy(in[1], green + i, count - i);
    memcpy(in[2], blue + i, count - i);
    grey_vector(in[0], in[1], in[2], last);
    memcpy(out + i, last, count - i);
}

static inline void join3_vector(const uint8_t *a, const uint8_t *b, const uint8_t *c, bytes flip, uint8_t *triples) {
    const bytes x = XOR(LOAD(a), flip), y = XOR(LOAD(b), flip), z = XOR(LOAD(c), flip);
    for (int k = 0; k < 3; k++) {
        const bytes p = PICK(x, PATTERN(JOIN3[3 * k])), q = PICK(y, PATTERN(JOIN3[3 * k + 1]));
        const bytes part = OR(OR(p, q), PICK(z, PATTERN(JOIN3[3 * k + 2])));
        STORE16S(triples + 16 * k, 48, part);
    }
}

static void join3(const uint8_t *restrict a, const uint8_t *restrict b, const uint8_t *restrict c, size_t count,
                  uint8_t flip, uint8_t *restrict triples) {
    const bytes mask = ALL8(flip);
    size_t i = 0;
    for (; i + BYTES <= count; i += BYTES) join3_vector(a + i, b + i, c + i, mask, triples + 3 * i);
    if (i == count) return;
    uint8_t in[3][BYTES] = {{0}}, out[3 * BYTES];
    memcpy(in[0], a + i, count - i);
    memcpy(in[1], b + i, count - i);
    memcpy(in[2], c + i, count - i);
    join3_vector(in[0], in[1], in[2], mask, out);
    memcpy(triples + 3 * i, out, 3 * (count - i));
}

static void flip_bytes(const uint8_t *restrict in, size_t count, uint8_t flip, uint8_t *restrict out) {
    const bytes mask = ALL8(flip);
    size_t i = 0;
    for (; i + BYTES <= count; i += BYTES) STORE(out + i, XOR(LOAD(in + i), mask));
    for (; i < count; i++) out[i] = in[i] ^ flip;
}

// The pixel pairs of eight outputs.
static inline __m128i pairs_of(const uint8_t *row, const arete_column_group *group) {
    const __m128i low = _mm_loadu_si128((const __m128i *)(row + group->base[0]));
    const __m128i high = _mm_loadu_si128((const __m128i *)(row + group->base[1]));
    return _mm_unpacklo_epi64(_mm_shuffle_epi8(low, _mm_loadl_epi64((const __m128i *)group->pick)),
                              _mm_shuffle_epi8(high, _mm_loadl_epi64((const __m128i *)(group->pick + 8))));
}

static inline __m128i near_pairs_of(const uint8_t *row, const arete_column_group *group) {
    return _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(row + group->base[0])),
                            _mm_loadu_si128((const __m128i *)group->pick));
}

static inline __m256i weighed(__m128i one, __m128i other, const arete_column_group *groups) {
    const __m256i weights =
        _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)groups[0].weights)),
                                _mm_loadu_si128((const __m128i *)groups[1].weights), 1);
    const __m256i pairs = _mm256_inserti128_si256(_mm256_castsi128_si256(one), other, 1);
    return _mm256_srli_epi16(_mm256_add_epi16(_mm256_maddubs_epi16(pairs, weights), _mm256_set1_epi16(63)), 7);
}

#define BLEND_COLUMNS(NAME, PAIRS)                                                                                     \
    static void NAME(const uint8_t *restrict row, const arete_column_group *restrict columns, size_t groups,           \
                     uint8_t *restrict out) {                                                                          \
        size_t g = 0;                                                                                                  \
        for (; g + 4 <= groups; g += 4) {                                                                              \
            const arete_column_group *c = &columns[g];                                                                 \
            const __m256i ab = weighed(PAIRS(row, c), PAIRS(row, c + 1), c);                                           \
            const __m256i cd = weighed(PAIRS(row, c + 2), PAIRS(row, c + 3), c + 2);                                   \
            _mm256_storeu_si256((__m256i *)(out + 8 * g),                                                              \
                                _mm256_permute4x64_epi64(_mm256_packus_epi16(ab, cd), 0xd8));                          \
        }                                                                                                              \
        for (; g < groups; g++) {                                                                                      \
            const __m128i weights = _mm_loadu_si128((const __m128i *)columns[g].weights);                              \
            const __m128i sums = _mm_maddubs_epi16(PAIRS(row, &columns[g]), weights);                                  \
            const __m128i words = _mm_srli_epi16(_mm_add_epi16(sums, _mm_set1_epi16(63)), 7);                          \
            _mm_storel_epi64((__m128i *)(out + 8 * g), _mm_packus_epi16(words, words));                                \
        }                                                                                                              \
    }
BLEND_COLUMNS(blend_columns, pairs_of)
BLEND_COLUMNS(blend_near_columns, near_pairs_of)
LANES_END

static const arete_camera_rows rows = {
    .split2 = split2,
    .split3 = split3,
    .swap3 = swap3,
    .split_yuyv = split_yuyv,
    .narrow = narrow,
    .blend_rows = blend_rows,
    .blend_columns = blend_columns,
    .blend_near_columns = blend_near_columns,
    .quarter = quarter,
    .yuv_to_rgb = yuv_to_rgb,
    .yuv422_to_rgb = yuv422_to_rgb,
    .yuyv_to_rgb = yuyv_to_rgb,
    .luma = luma_row,
    .grey = grey_row,
    .join3 = join3,
    .flip = flip_bytes,
};
