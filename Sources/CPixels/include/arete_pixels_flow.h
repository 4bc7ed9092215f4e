// Where small patches of one grey picture went in another.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Sides of the patches that are followed, and of the blocks whose corners they are centred on, in pixels.
enum { ARETE_PATCH = 8, ARETE_BLOCK = 4 };

/// How well the patch round each inner corner of blocks can be followed: the lesser eigenvalue of its structure tensor,
/// in squared grey levels a pixel. Of `(width / 4 - 1) * (height / 4 - 1)` values the first is that of the patch whose
/// top left pixel is (0, 0). `sums` is scratch: 6 * (width / 4) values.
void arete_grey_corners(const uint8_t *restrict bytes, size_t width, size_t height, float *restrict sums,
                        float *restrict strengths);

/// Follows the patch of `from` whose top left pixel is at (`x`, `y`) into `to`, a picture of the same size, beginning
/// at the shift that `shift` (right, down) holds and improving it (Lucas and Kanade, the inverse form); light may be
/// added to the whole patch. Returns the mean difference that is left in grey levels, or a negative number where the
/// patch or what it is compared with leaves the picture or has no structure; `shift` is then as it was.
float arete_grey_follow(const uint8_t *restrict from, const uint8_t *restrict to, size_t width, size_t height, float x,
                        float y, float *restrict shift);
