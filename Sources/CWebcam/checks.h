// What must be so before the library's decoders may see a frame: they believe what frames say of themselves.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Each may read 2 x width + 64 bytes behind the frame.
bool arete_webcam_check_pac207(const uint8_t *frame, size_t bytes, unsigned width, unsigned height);
bool arete_webcam_check_se401(const uint8_t *frame, size_t bytes, unsigned width, unsigned height);
bool arete_webcam_check_pixart(const uint8_t *frame, size_t bytes, unsigned width, unsigned height);

/// Whether a frame that passed is `height` wide and `width` high.
bool arete_webcam_is_turned_pixart(const uint8_t *frame, unsigned width, unsigned height);
