// What a grey picture tells of light and structure.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Adds to `counts` (256) how often each level is in `count` bytes.
void arete_grey_histogram(const uint8_t *restrict bytes, size_t count, uint64_t *restrict counts);

/// Rows of half the width, half as many: means of four pixels, halves up. An odd last row or column is left out.
void arete_grey_halved(const uint8_t *restrict bytes, size_t width, size_t height, uint8_t *restrict out);

/// Adds to `sums` the squared Laplacians (four times a pixel less its four neighbours) of each of `across` times `down`
/// parts of the picture, and to `counts` how many they are. Pixels at the border have none, nor have black and white
/// ones, which hide the noise that the others show.
void arete_grey_laplacians(const uint8_t *restrict bytes, size_t width, size_t height, size_t across, size_t down,
                           uint64_t *restrict sums, uint64_t *restrict counts);

/// The sum of each block of 8x8 pixels, row by row; pixels left over at the right and below are in none.
void arete_grey_blocks(const uint8_t *restrict bytes, size_t width, size_t height, uint16_t *restrict sums);
