// The same conversions by libyuv: to R G B side by side, or to grey, at another size where that is asked for.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct peer_memory peer_memory;

/// Memory for the pictures in between, and the sizes.
peer_memory *peer_open(size_t width, size_t height, size_t target_width, size_t target_height);
void peer_close(peer_memory *memory);

typedef void (*peer_conversion)(peer_memory *memory, const uint8_t *source, uint8_t *target);
void peer_yuyv(peer_memory *memory, const uint8_t *source, uint8_t *target);
void peer_uyvy(peer_memory *memory, const uint8_t *source, uint8_t *target);
void peer_nv12(peer_memory *memory, const uint8_t *source, uint8_t *target);
void peer_nv21(peer_memory *memory, const uint8_t *source, uint8_t *target);
void peer_yu12(peer_memory *memory, const uint8_t *source, uint8_t *target);
void peer_rgb(peer_memory *memory, const uint8_t *source, uint8_t *target);
void peer_bgr(peer_memory *memory, const uint8_t *source, uint8_t *target);
void peer_grey(peer_memory *memory, const uint8_t *source, uint8_t *target);
void peer_words(peer_memory *memory, const uint8_t *source, uint8_t *target);

int peer_version(void);

/// Bytes of a picture of so many pixels.
double peer_bytes(const char *format, double pixels);
