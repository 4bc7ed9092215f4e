// Frames that would lead the library's decoders out of their memory.
#include "checks.h"
#include <string.h>

// Bytes of a compressed row of the PAC207, whose pixels after the first two are codes of 2 to 6 bits, or of 5 with so
// many bits behind that are the pixel.
static size_t pac207_row(const uint8_t *row, unsigned width, unsigned pixel_bits) {
    size_t bit = 32;
    for (unsigned x = 2; x < width; x++) {
        const uint8_t *at = row + bit / 8;
        const unsigned code = (uint8_t)((at[0] << 8 | at[1]) >> (8 - bit % 8));
        bit += code < 0xC0 ? 2 : code < 0xE0 ? 4 : code < 0xF0 ? 5 : code < 0xF8 ? 6 : 5 + pixel_bits;
    }
    return (bit + 15) / 16 * 2;
}

// A row may say that it is the one two above it: the decoder looks for that before its memory, where there is none.
bool arete_webcam_check_pac207(const uint8_t *frame, size_t bytes, unsigned width, unsigned height) {
    enum { PLAIN = 0x0FF0, FINE = 0x1EE1, COARSE = 0x2DD2, COARSEST = 0x3CC3, REPEATED = 0x4BB4 };
    (void)height;
    if (bytes < 2) return false;
    size_t second = 0;
    switch (frame[0] << 8 | frame[1]) {
    case PLAIN:
        second = 2 + width;
        break;
    case FINE:
        second = pac207_row(frame, width, 6);
        break;
    case COARSE:
        second = pac207_row(frame, width, 5);
        break;
    case COARSEST:
        second = pac207_row(frame, width, 4);
        break;
    default:
        return false; // REPEATED, and what the decoder does not know
    }
    return second + 2 <= bytes && (frame[second] << 8 | frame[second + 1]) != REPEATED;
}

// A packet that says that it holds no pixel makes the decoder write until the packet's bits end.
bool arete_webcam_check_se401(const uint8_t *frame, size_t bytes, unsigned width, unsigned height) {
    (void)width, (void)height;
    for (size_t at = 0; at + 4 < bytes;) {
        const unsigned pixels = (frame[at] & 0x3Fu) << 8 | frame[at + 1];
        const unsigned bits = (unsigned)frame[at + 2] << 8 | frame[at + 3];
        if (pixels == 0) return false;
        at += (bits + 47) / 16 * 2;
    }
    return true;
}

enum { SIZE_AT = 7, HEADER = 35 };

// The kernel's driver writes this before each frame. The decoder reads other headers too, and writes beyond its tables
// for some of them.
static bool has_pixart_header(const uint8_t *frame, unsigned width, unsigned height) {
    static const uint8_t first[SIZE_AT] = {0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8};
    static const uint8_t last[] = {3, 1,  0x21, 0, 2, 0x11, 1,    3, 0x11, 1, 0xFF, 0xDA,
                                   0, 12, 3,    1, 0, 2,    0x11, 3, 0x11, 0, 0x3F, 0};
    const uint8_t size[] = {(uint8_t)(height >> 8), (uint8_t)height, (uint8_t)(width >> 8), (uint8_t)width};
    _Static_assert(sizeof first + sizeof size + sizeof last == HEADER, "the header's parts");
    return memcmp(frame, first, sizeof first) == 0 && memcmp(frame + SIZE_AT, size, sizeof size) == 0 &&
           memcmp(frame + SIZE_AT + sizeof size, last, sizeof last) == 0;
}

// Behind the header come a byte and what is compressed: without them the decoder counts below zero.
bool arete_webcam_check_pixart(const uint8_t *frame, size_t bytes, unsigned width, unsigned height) {
    return bytes >= HEADER + 2 && (has_pixart_header(frame, width, height) || has_pixart_header(frame, height, width));
}

bool arete_webcam_is_turned_pixart(const uint8_t *frame, unsigned width, unsigned height) {
    return width != height && !has_pixart_header(frame, width, height);
}
