// The formats that the library decodes within its memory, read in its source of 1.22 and 1.33 and tried with broken
// frames. Not here: SPCA561 (reads outside its tables), JL2005BCD (ends the program at a broken frame), OV511 and OV518
// (start programs whose failure ends ours), CPIA1 (shows memory that nobody has written).
#include "arete_webcam.h"
#include "checks.h"

#define CODE(a, b, c, d) ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)

static const arete_webcam_format formats[] = {
    // Red, green and blue in 16 and 32 bits.
    {CODE('R', 'G', 'B', 'P'), ARETE_WEBCAM_RGB, 0.94, .bits = 16, .has_rows = true},
    {CODE('R', 'G', 'B', '4'), ARETE_WEBCAM_RGB, 1.24, .bits = 32, .has_rows = true},
    {CODE('B', 'G', 'R', '4'), ARETE_WEBCAM_RGB, 1.22, .bits = 32, .has_rows = true},
    {CODE('B', 'X', '2', '4'), ARETE_WEBCAM_RGB, 1.24, .bits = 32, .has_rows = true},
    {CODE('X', 'R', '2', '4'), ARETE_WEBCAM_RGB, 1.21, .bits = 32, .has_rows = true},
    {CODE('B', 'A', '2', '4'), ARETE_WEBCAM_RGB, 1.26, .bits = 32, .has_rows = true},
    {CODE('A', 'R', '2', '4'), ARETE_WEBCAM_RGB, 1.11, .bits = 32, .has_rows = true},
    // Luma and chroma in an order of their own. The SPCA's rows are copied by 8 bytes, those of chroma too.
    {CODE('S', '5', '0', '1'), ARETE_WEBCAM_YU12, 0.13, .bits = 12, .across = 16, .is_full_range = true},
    {CODE('S', '5', '0', '5'), ARETE_WEBCAM_YU12, 0.15, .bits = 12, .across = 16, .is_full_range = true},
    {CODE('S', '5', '0', '8'), ARETE_WEBCAM_YU12, 0.13, .bits = 12, .across = 16, .is_full_range = true},
    {CODE('C', 'I', 'T', 'V'), ARETE_WEBCAM_YU12, 0.77, .bits = 12, .is_full_range = true},
    {CODE('K', 'O', 'N', 'I'), ARETE_WEBCAM_YU12, 0.14, .bits = 12, .block = 256, .is_full_range = true},
    {CODE('S', '9', '2', '0'), ARETE_WEBCAM_YU12, 2.81, .bits = 12, .across = 16, .down = 8, .is_full_range = true},
    {CODE('M', '4', '2', '0'), ARETE_WEBCAM_YU12, 0.46, .bits = 12},
    // Tiles, whose rows are 720 pixels wide, whatever the picture's width.
    {CODE('H', 'M', '1', '2'), ARETE_WEBCAM_YU12, 0.82, .bits = 12, .row_bytes = 1080, .down = 32},
    // Mosaics, which the library interpolates.
    {CODE('S', '6', '8', '0'), ARETE_WEBCAM_RGB, 1.59, .bits = 8, .is_mosaic = true},
    {CODE('S', '9', '1', '0'), ARETE_WEBCAM_RGB, 8.4, .is_mosaic = true},
    {CODE('S', 'O', 'N', 'X'), ARETE_WEBCAM_RGB, 7.4, .is_mosaic = true},
    {CODE('M', '3', '1', '0'), ARETE_WEBCAM_RGB, 9.1, .is_mosaic = true},
    {CODE('9', '0', '5', 'C'), ARETE_WEBCAM_RGB, 33, .is_mosaic = true},
    {CODE('P', '2', '0', '7'), ARETE_WEBCAM_RGB, 4.8, .is_mosaic = true, .check = arete_webcam_check_pac207},
    // Red, green and blue, and blocks like JPEG's, compressed.
    {CODE('S', '4', '0', '1'), ARETE_WEBCAM_RGB, 64, .check = arete_webcam_check_se401},
    {CODE('J', 'P', 'G', 'L'), ARETE_WEBCAM_RGB, 12, .across = 16, .down = 4},
    {CODE('P', 'J', 'P', 'G'), ARETE_WEBCAM_RGB, 8.8, .across = 16, .down = 8, .check = arete_webcam_check_pixart},
};

const arete_webcam_format *arete_webcam_format_of(uint32_t code) {
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++)
        if (formats[f].code == code) return &formats[f];
    return 0;
}

static bool divides(unsigned part, size_t whole) { return part == 0 || whole % part == 0; }

bool arete_webcam_has_size(const arete_webcam_format *format, size_t width, size_t height) {
    // Smaller mosaics have no inside; no webcam with an own format is larger, and sizes in bits fit an int.
    const size_t least = format->has_rows ? 1 : 8, most = format->has_rows ? 16384 : 2048;
    if (width < least || width > most || height < least || height > most) return false;
    if (!format->has_rows && (width % 2 || height % 2)) return false;
    if (format->row_bytes > 0 && width * format->bits > 8 * (size_t)format->row_bytes) return false;
    return divides(format->across, width) && divides(format->down, height) && divides(format->block, width * height);
}

size_t arete_webcam_frame_bytes(const arete_webcam_format *format, size_t width, size_t height) {
    // What is larger than four times the plain samples is no compressed picture.
    if (format->bits == 0) return 4 * width * height + 65536;
    return format->row_bytes > 0 ? format->row_bytes * height : width * height * format->bits / 8;
}

size_t arete_webcam_picture_bytes(const arete_webcam_format *format, size_t width, size_t height) {
    return format->layout == ARETE_WEBCAM_RGB ? 3 * width * height : width * height * 3 / 2;
}
