// Conversions between grey, RGB and RGBA of 8 bits a channel, interleaved; `count` is in pixels.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Luma of ITU-R BT.601, rounded to nearest: the weights of JPEG, Pillow and OpenCV.
void arete_u8_rgb_to_grey(const uint8_t *restrict rgb, uint8_t *restrict grey, size_t count);

/// The same value in all three channels.
void arete_u8_grey_to_rgb(const uint8_t *restrict grey, uint8_t *restrict rgb, size_t count);

/// Swaps the first and third of `channels` (3 or 4) in place: RGB to BGR and back.
void arete_u8_swap_red_blue(uint8_t *pixels, size_t count, size_t channels);

/// Lays RGBA, not premultiplied, over an opaque background of three bytes, rounded to nearest.
void arete_u8_rgba_over(const uint8_t *restrict rgba, const uint8_t background[3], uint8_t *restrict rgb, size_t count);

/// Adds an opaque alpha channel.
void arete_u8_rgb_to_rgba(const uint8_t *restrict rgb, uint8_t *restrict rgba, size_t count);
