// Colour conversions, plain C: the specification of every faster version.
#include "arete_pixels_colour.h"

void arete_u8_rgb_to_grey(const uint8_t *restrict rgb, uint8_t *restrict grey, size_t count) {
    // 0.299, 0.587, 0.114 in 1/65536; they sum to one, so white stays white.
    for (size_t i = 0; i < count; i++) {
        const uint32_t sum = rgb[3 * i] * 19595u + rgb[3 * i + 1] * 38470u + rgb[3 * i + 2] * 7471u;
        grey[i] = (uint8_t)((sum + 32768u) >> 16);
    }
}

void arete_u8_grey_to_rgb(const uint8_t *restrict grey, uint8_t *restrict rgb, size_t count) {
    for (size_t i = 0; i < count; i++) {
        rgb[3 * i] = grey[i];
        rgb[3 * i + 1] = grey[i];
        rgb[3 * i + 2] = grey[i];
    }
}

void arete_u8_swap_red_blue(uint8_t *pixels, size_t count, size_t channels) {
    for (size_t i = 0; i < count; i++) {
        const uint8_t first = pixels[channels * i];
        pixels[channels * i] = pixels[channels * i + 2];
        pixels[channels * i + 2] = first;
    }
}

void arete_u8_rgba_over(const uint8_t *restrict rgba, const uint8_t background[3], uint8_t *restrict rgb,
                        size_t count) {
    for (size_t i = 0; i < count; i++) {
        const uint32_t alpha = rgba[4 * i + 3];
        for (size_t c = 0; c < 3; c++) {
            rgb[3 * i + c] = (uint8_t)((rgba[4 * i + c] * alpha + background[c] * (255u - alpha) + 127u) / 255u);
        }
    }
}

void arete_u8_rgb_to_rgba(const uint8_t *restrict rgb, uint8_t *restrict rgba, size_t count) {
    for (size_t i = 0; i < count; i++) {
        rgba[4 * i] = rgb[3 * i];
        rgba[4 * i + 1] = rgb[3 * i + 1];
        rgba[4 * i + 2] = rgb[3 * i + 2];
        rgba[4 * i + 3] = 255;
    }
}
