// The eight rotations and reflections of a picture.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Turns a picture of `width` x `height` pixels of `channels` (1, 3 or 4) bytes, rows packed, upright. `orientation` is
/// EXIF's, 1...8: where the stored first row and column belong. From 5 on the target is `height` wide and `width` high.
void arete_u8_orient(const uint8_t *restrict source, size_t width, size_t height, size_t channels, int orientation,
                     uint8_t *restrict target);
