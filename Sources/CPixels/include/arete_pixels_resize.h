// Resizing 8-bit pictures of 1, 3 or 4 interleaved channels. Positions map by pixel centres: target x reads at (x +
// 0.5) * scale - 0.5.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Where one target row or column reads: two source indices and their weights in 1/2048.
typedef struct {
    uint32_t first;
    uint32_t second;
    int16_t first_weight;
    int16_t second_weight;
} arete_bilinear_tap;

/// Fills `count` taps for a side of `source` pixels. With `keep_weights`, taps outside keep their weights and read the
/// edge twice (what OpenCV does for rows); without, the whole weight goes to the edge (what it does for columns).
void arete_bilinear_taps(size_t source, size_t count, int keep_weights, arete_bilinear_tap *taps);

/// Bilinear resize in OpenCV's fixed-point arithmetic, bit for bit: weights of 11 bits, rows of 16-bit sums. `scratch`
/// holds 2 * `target_width` * `channels` elements. Rows of the target are `target_stride` bytes apart, those of the
/// source are packed.
void arete_u8_resize_bilinear(const uint8_t *restrict source, size_t source_width, size_t channels,
                              const arete_bilinear_tap *restrict columns, size_t target_width,
                              const arete_bilinear_tap *restrict rows, size_t target_height, int16_t *restrict scratch,
                              uint8_t *restrict target, size_t target_stride);

/// The span of source pixels that one target row or column covers when shrinking.
typedef struct {
    uint32_t first;
    uint32_t count;
    float first_weight; ///< share of the first pixel, in target pixels; the inner ones have `inner_weight`
    float last_weight;
    float inner_weight;
} arete_area_tap;

/// Fills `count` spans for a side of `source` pixels, `count` <= `source`.
void arete_area_taps(size_t source, size_t count, arete_area_tap *taps);

/// Averages over the area each target pixel covers. `scratch` holds 2 * `target_width` * `channels` elements.
void arete_u8_resize_area(const uint8_t *restrict source, size_t source_width, size_t channels,
                          const arete_area_tap *restrict columns, size_t target_width,
                          const arete_area_tap *restrict rows, size_t target_height, float *restrict scratch,
                          uint8_t *restrict target, size_t target_stride);
