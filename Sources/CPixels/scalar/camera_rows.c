// Rows of camera pictures, plain C: the specification of every faster version.
#include "arete_pixels_rows.h"

static uint8_t clamped(int value) { return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value); }

static void split2(const uint8_t *restrict pairs, size_t count, uint8_t *restrict first, uint8_t *restrict second) {
    for (size_t i = 0; i < count; i++) {
        first[i] = pairs[2 * i];
        second[i] = pairs[2 * i + 1];
    }
}

static void split3(const uint8_t *restrict triples, size_t count, uint8_t *restrict a, uint8_t *restrict b,
                   uint8_t *restrict c) {
    for (size_t i = 0; i < count; i++) {
        a[i] = triples[3 * i];
        b[i] = triples[3 * i + 1];
        c[i] = triples[3 * i + 2];
    }
}

static void swap3(const uint8_t *restrict triples, size_t count, uint8_t flip, uint8_t *restrict out) {
    for (size_t i = 0; i < count; i++) {
        for (size_t c = 0; c < 3; c++) out[3 * i + c] = triples[3 * i + 2 - c] ^ flip;
    }
}

static void split_yuyv(const uint8_t *restrict groups, size_t count, int luma_second, uint8_t *restrict y,
                       uint8_t *restrict cb, uint8_t *restrict cr) {
    const size_t luma = luma_second ? 1 : 0, chroma = luma_second ? 0 : 1;
    for (size_t i = 0; i < count; i++) {
        y[2 * i] = groups[4 * i + luma];
        y[2 * i + 1] = groups[4 * i + 2 + luma];
        cb[i] = groups[4 * i + chroma];
        cr[i] = groups[4 * i + 2 + chroma];
    }
}

static void narrow(const uint16_t *restrict words, size_t count, uint16_t low, uint16_t scale, uint8_t *restrict out) {
    for (size_t i = 0; i < count; i++) {
        const uint32_t above = words[i] > low ? words[i] - low : 0u;
        const uint32_t scaled = above * scale >> 16;
        out[i] = (uint8_t)(scaled > 255 ? 255 : scaled);
    }
}

static void blend_rows(const uint8_t *restrict upper, const uint8_t *restrict lower, uint8_t lower_weight, size_t count,
                       uint8_t *restrict out) {
    const int upper_weight = 128 - lower_weight;
    for (size_t i = 0; i < count; i++)
        out[i] = (uint8_t)((upper[i] * upper_weight + lower[i] * lower_weight + 64) >> 7);
}

static void quarter(const uint8_t *restrict upper, const uint8_t *restrict lower, size_t count, uint8_t *restrict out) {
    for (size_t i = 0; i < count; i++) {
        out[i] = (uint8_t)((upper[2 * i] + upper[2 * i + 1] + lower[2 * i] + lower[2 * i + 1] + 2) >> 2);
    }
}

static void blend_columns(const uint8_t *restrict row, const arete_column_group *restrict columns, size_t groups,
                          uint8_t *restrict out) {
    for (size_t g = 0; g < groups; g++) {
        const arete_column_group *group = &columns[g];
        for (size_t i = 0; i < 8; i++) {
            const uint8_t *load = row + group->base[i / 4];
            const int first = load[group->pick[2 * i]] * group->weights[2 * i];
            const int second = load[group->pick[2 * i + 1]] * group->weights[2 * i + 1];
            out[8 * g + i] = (uint8_t)((first + second + 63) >> 7);
        }
    }
}

// Product of two fractions of 15 bits, rounded: one instruction of x86 (pmulhrsw) and of Arm (sqrdmulh).
static int scaled(int a, int b) { return (a * b + (1 << 14)) >> 15; }

// Luma and what rounds the sum, in 1/32.
static int luma_sum(int y, const arete_yuv_matrix *m) { return scaled((y - m->luma_offset) * 128, m->luma) + 16; }

static void colour(int y, int cb, int cr, const arete_yuv_matrix *m, uint8_t *red, uint8_t *green, uint8_t *blue) {
    const int luma = luma_sum(y, m);
    const int u = (cb - 128) * 256, v = (cr - 128) * 256;
    *red = clamped((luma + scaled(v, m->red_cr)) >> 5);
    *green = clamped((luma - scaled(u, m->green_cb) - scaled(v, m->green_cr)) >> 5);
    *blue = clamped((luma + scaled(u, m->blue_cb)) >> 5);
}

static void yuv_to_rgb(const uint8_t *restrict y, const uint8_t *restrict cb, const uint8_t *restrict cr, size_t count,
                       const arete_yuv_matrix *matrix, uint8_t *restrict red, uint8_t *restrict green,
                       uint8_t *restrict blue) {
    for (size_t i = 0; i < count; i++) colour(y[i], cb[i], cr[i], matrix, &red[i], &green[i], &blue[i]);
}

static void yuv422_to_rgb(const uint8_t *restrict y, const uint8_t *restrict cb, const uint8_t *restrict cr,
                          size_t count, const arete_yuv_matrix *matrix, uint8_t *restrict red, uint8_t *restrict green,
                          uint8_t *restrict blue) {
    for (size_t i = 0; i < count; i++) colour(y[i], cb[i / 2], cr[i / 2], matrix, &red[i], &green[i], &blue[i]);
}

static void yuyv_to_rgb(const uint8_t *restrict groups, size_t count, int luma_second, const arete_yuv_matrix *matrix,
                        uint8_t *restrict red, uint8_t *restrict green, uint8_t *restrict blue) {
    const size_t luma = luma_second ? 1 : 0, chroma = luma_second ? 0 : 1;
    for (size_t i = 0; i < 2 * count; i++) {
        const uint8_t *group = groups + i / 2 * 4;
        colour(groups[2 * i + luma], group[chroma], group[chroma + 2], matrix, &red[i], &green[i], &blue[i]);
    }
}

static void luma_row(const uint8_t *restrict y, size_t count, const arete_yuv_matrix *matrix, uint8_t *restrict grey) {
    for (size_t i = 0; i < count; i++) grey[i] = clamped(luma_sum(y[i], matrix) >> 5);
}

static void grey_row(const uint8_t *restrict red, const uint8_t *restrict green, const uint8_t *restrict blue,
                     size_t count, uint8_t *restrict out) {
    for (size_t i = 0; i < count; i++) {
        const unsigned r = red[i] * 19595u >> 8, g = green[i] * 38470u >> 8, b = blue[i] * 7471u >> 8;
        out[i] = (uint8_t)((r + g + b + 128) >> 8);
    }
}

static void join3(const uint8_t *restrict a, const uint8_t *restrict b, const uint8_t *restrict c, size_t count,
                  uint8_t flip, uint8_t *restrict triples) {
    for (size_t i = 0; i < count; i++) {
        triples[3 * i] = a[i] ^ flip;
        triples[3 * i + 1] = b[i] ^ flip;
        triples[3 * i + 2] = c[i] ^ flip;
    }
}

static void flip_bytes(const uint8_t *restrict bytes, size_t count, uint8_t flip, uint8_t *restrict out) {
    for (size_t i = 0; i < count; i++) out[i] = bytes[i] ^ flip;
}

const arete_camera_rows *arete_camera_rows_scalar(void) {
    static const arete_camera_rows rows = {
        .split2 = split2,
        .split3 = split3,
        .swap3 = swap3,
        .split_yuyv = split_yuyv,
        .narrow = narrow,
        .blend_rows = blend_rows,
        .blend_columns = blend_columns,
        .blend_near_columns = blend_columns,
        .quarter = quarter,
        .yuv_to_rgb = yuv_to_rgb,
        .yuv422_to_rgb = yuv422_to_rgb,
        .yuyv_to_rgb = yuyv_to_rgb,
        .luma = luma_row,
        .grey = grey_row,
        .join3 = join3,
        .flip = flip_bytes,
    };
    return &rows;
}
