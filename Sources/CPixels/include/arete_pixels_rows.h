// Rows of camera pictures: planes taken apart, blended, coloured and put together again.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Eight outputs of a row that is resized: two loads of 16 bytes, each of which holds the pixel pairs of four outputs.
typedef struct {
    uint32_t base[2];   ///< where the loads begin; equal where one load holds all
    uint8_t pick[16];   ///< bytes of the loads, two for each output: 8 of the first load, 8 of the other
    int8_t weights[16]; ///< of each picked byte, in 1/128; the whole weight of one pixel is 127 and 1 of it
} arete_column_group;

/// From Y, Cb, Cr (BT.601, BT.709, ...; limited or full range) to RGB.
typedef struct {
    int16_t luma_offset; ///< 16 or 0
    int16_t luma;        ///< in 1/8192
    int16_t red_cr;      ///< this and what follows in 1/4096
    int16_t green_cb;
    int16_t green_cr;
    int16_t blue_cb;
} arete_yuv_matrix;

/// The row kernels of one instruction set. Targets never overlap sources. `count` is in pixels unless said otherwise;
/// no byte behind the last one is read or written.
typedef struct {
    /// ABAB... of `count` pairs to A and B: chroma of NV12.
    void (*split2)(const uint8_t *restrict pairs, size_t count, uint8_t *restrict first, uint8_t *restrict second);
    /// ABCABC... to A, B and C: RGB24.
    void (*split3)(const uint8_t *restrict triples, size_t count, uint8_t *restrict a, uint8_t *restrict b,
                   uint8_t *restrict c);
    /// ABCABC... to CBACBA..., each byte xor `flip`.
    void (*swap3)(const uint8_t *restrict triples, size_t count, uint8_t flip, uint8_t *restrict out);
    /// `count` groups of Y0 Cb Y1 Cr, or of Cb Y0 Cr Y1 where luma comes second.
    void (*split_yuyv)(const uint8_t *restrict groups, size_t count, int luma_second, uint8_t *restrict y,
                       uint8_t *restrict cb, uint8_t *restrict cr);
    /// min(255, (word - low) * scale / 65536), and 0 below `low`.
    void (*narrow)(const uint16_t *restrict words, size_t count, uint16_t low, uint16_t scale, uint8_t *restrict out);
    /// Two rows to one, the lower one in 1/128 (1...127), rounded to nearest, halves up.
    void (*blend_rows)(const uint8_t *restrict upper, const uint8_t *restrict lower, uint8_t lower_weight, size_t count,
                       uint8_t *restrict out);
    /// One row to `groups` x 8 outputs, rounded to nearest, halves down: a picture of half the size would be brighter
    /// by half a level if both directions rounded up.
    void (*blend_columns)(const uint8_t *restrict row, const arete_column_group *restrict columns, size_t groups,
                          uint8_t *restrict out);
    /// The same where both loads of every group are one.
    void (*blend_near_columns)(const uint8_t *restrict row, const arete_column_group *restrict columns, size_t groups,
                               uint8_t *restrict out);
    /// Two rows to one of half the width: means of four pixels, rounded to nearest, halves up. `count` outputs.
    void (*quarter)(const uint8_t *restrict upper, const uint8_t *restrict lower, size_t count, uint8_t *restrict out);
    /// Y, Cb and Cr of each pixel to red, green and blue.
    void (*yuv_to_rgb)(const uint8_t *restrict y, const uint8_t *restrict cb, const uint8_t *restrict cr, size_t count,
                       const arete_yuv_matrix *matrix, uint8_t *restrict red, uint8_t *restrict green,
                       uint8_t *restrict blue);
    /// The same where each Cb and Cr serves two pixels; `count` is even.
    void (*yuv422_to_rgb)(const uint8_t *restrict y, const uint8_t *restrict cb, const uint8_t *restrict cr,
                          size_t count, const arete_yuv_matrix *matrix, uint8_t *restrict red, uint8_t *restrict green,
                          uint8_t *restrict blue);
    /// The same from `count` groups as of `split_yuyv`.
    void (*yuyv_to_rgb)(const uint8_t *restrict groups, size_t count, int luma_second, const arete_yuv_matrix *matrix,
                        uint8_t *restrict red, uint8_t *restrict green, uint8_t *restrict blue);
    /// Luma alone, its range made full.
    void (*luma)(const uint8_t *restrict y, size_t count, const arete_yuv_matrix *matrix, uint8_t *restrict grey);
    /// Luma of red, green and blue: BT.601 in 1/65536, each product cut to 1/256, their sum rounded.
    void (*grey)(const uint8_t *restrict red, const uint8_t *restrict green, const uint8_t *restrict blue, size_t count,
                 uint8_t *restrict out);
    /// A, B and C to ABCABC..., each byte xor `flip` (128 makes unsigned pixels signed).
    void (*join3)(const uint8_t *restrict a, const uint8_t *restrict b, const uint8_t *restrict c, size_t count,
                  uint8_t flip, uint8_t *restrict triples);
    /// Bytes xor `flip`.
    void (*flip)(const uint8_t *restrict bytes, size_t count, uint8_t flip, uint8_t *restrict out);
} arete_camera_rows;

/// The portable row kernels: the specification of every faster set.
const arete_camera_rows *arete_camera_rows_scalar(void);

/// 32 and 64 bytes at a time; null where this processor has not the instructions.
const arete_camera_rows *arete_camera_rows_avx2(void);
const arete_camera_rows *arete_camera_rows_avx512(void);

/// The fastest set that this processor runs.
const arete_camera_rows *arete_camera_rows_best(void);
