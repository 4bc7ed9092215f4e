// Pictures in formats that only webcams' own drivers know, through libv4lconvert, which is brought in when the first
// one is decoded.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    ARETE_WEBCAM_OK = 0,
    ARETE_WEBCAM_DAMAGED = 1,
    ARETE_WEBCAM_FAILED = 2, ///< no memory
    ARETE_WEBCAM_ABSENT = 3, ///< this build or this machine has no such library
} arete_webcam_status;

/// How a decoded picture lies.
typedef enum {
    ARETE_WEBCAM_RGB,  ///< triples
    ARETE_WEBCAM_YU12, ///< planes of Y, Cb and Cr, chroma for each two by two pixels
} arete_webcam_layout;

/// A format of frames, and for which of them the library's decoder keeps to its memory.
typedef struct {
    uint32_t code; ///< V4L2's four letters
    arete_webcam_layout layout;
    double cost;        ///< nanoseconds a pixel to decode random frames of 640 x 480, on an AMD EPYC, beside other work
    unsigned bits;      ///< of a frame for each pixel; 0 where frames are compressed
    unsigned row_bytes; ///< of a frame for each row, where that is fixed; 0 where it is not
    unsigned across;    ///< a width is a multiple of this,
    unsigned down;      ///< a height of this,
    unsigned block;     ///< and all pixels of this
    bool has_rows;      ///< rows may have gaps between them
    bool is_mosaic;     ///< colours are a sensor's own: not balanced
    bool is_full_range; ///< of YU12: whoever says nothing means the full range
    bool (*check)(const uint8_t *frame, size_t bytes, unsigned width, unsigned height); ///< what must be so beforehand
} arete_webcam_format;

/// Why no picture can be decoded; null where they can.
const char *arete_webcam_absence(void);

/// Null for a format that is not read this way.
const arete_webcam_format *arete_webcam_format_of(uint32_t code);

bool arete_webcam_has_size(const arete_webcam_format *format, size_t width, size_t height);

/// Bytes of a frame without gaps; of compressed ones, the most.
size_t arete_webcam_frame_bytes(const arete_webcam_format *format, size_t width, size_t height);

size_t arete_webcam_picture_bytes(const arete_webcam_format *format, size_t width, size_t height);

/// Bytes that `arete_webcam_decode` needs to work in.
size_t arete_webcam_scratch(const arete_webcam_format *format, size_t width, size_t height);

typedef struct arete_webcam arete_webcam;

/// For pictures of one size, which the format must have; null without memory.
arete_webcam *arete_webcam_create(const arete_webcam_format *format, unsigned width, unsigned height);

/// What a decoder says of a frame.
typedef struct {
    bool is_turned;    ///< the picture is `height` wide and `width` high, to be turned clockwise by a quarter
    char message[256]; ///< of one that is damaged
} arete_webcam_report;

/// Decodes one frame, which nothing writes to. `stride`: bytes from row to row, where the format has rows; 0: no gaps.
arete_webcam_status arete_webcam_decode(arete_webcam *webcam, const uint8_t *frame, size_t bytes, size_t stride,
                                        uint8_t *scratch, uint8_t *picture, arete_webcam_report *report);

void arete_webcam_destroy(arete_webcam *webcam);
