// JPEG and PNG through libjpeg-turbo and libpng, whose errors (longjmp) must end in C. Nothing here keeps state between
// calls.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// How a call ended; `message` of `arete_codec_error` says more.
typedef enum {
    ARETE_CODEC_OK = 0,
    ARETE_CODEC_DAMAGED = 1,     ///< the file breaks its format or ends too early
    ARETE_CODEC_UNSUPPORTED = 2, ///< a variant of the format that is not read
    ARETE_CODEC_MISMATCH = 3,    ///< the caller's buffer does not fit the file
} arete_codec_status;

/// What went wrong, in the library's words.
typedef struct {
    char message[256];
} arete_codec_error;

/// What a file's header says, as it will be decoded.
typedef struct {
    uint32_t width;
    uint32_t height;
    uint32_t channels; ///< 1 grey, 3 RGB, 4 RGBA (not premultiplied)
} arete_codec_header;

/// Takes the next `size` bytes of a file being written. Returns false to stop.
typedef bool (*arete_codec_sink)(void *context, const uint8_t *data, size_t size);

/// Reads a JPEG file's header. Colour files (YCbCr, RGB, CMYK, YCCK) are decoded to RGB, grey ones to grey.
arete_codec_status arete_jpeg_header(const uint8_t *data, size_t size, arete_codec_header *header,
                                     arete_codec_error *error);

/// Decodes a JPEG file into rows of `header->width * header->channels` bytes. `header` must be what `arete_jpeg_header`
/// gave. A file that ends early or whose entropy-coded data are damaged is an error, never half a picture.
arete_codec_status arete_jpeg_decode(const uint8_t *data, size_t size, const arete_codec_header *header,
                                     uint8_t *pixels, arete_codec_error *error);

/// How a camera's JPEG picture comes out: planes of Y, Cb and Cr, of Y alone, or one plane of RGB triples.
typedef struct {
    uint32_t planes; ///< 1 or 3
    bool is_rgb;     ///< one plane, three bytes a pixel
    uint32_t widths[3], heights[3];
    size_t strides[3], offsets[3]; ///< bytes from row to row, and from the first byte of the memory
    size_t bytes;                  ///< of memory, with room for whole blocks
} arete_jpeg_planes;

/// Gives memory for `planes->bytes` bytes, or null to stop.
typedef uint8_t *(*arete_jpeg_room)(void *context, const arete_jpeg_planes *planes);

/// What is asked of a camera's picture.
typedef struct {
    uint32_t width; ///< that the file must have
    uint32_t height;
    uint32_t eighths; ///< its size after decoding: 1, 2, 4 or 8 of 8, rounded up
} arete_jpeg_request;

/// Decodes a baseline JPEG picture of a camera, whose Huffman tables may be left out, without upsampling its chroma
/// where that is shared by one, two, or two by two pixels. What is lost is filled with grey, and `has_lost` says so; a
/// file that is no picture of the size asked for is an error.
arete_codec_status arete_jpeg_decode_planes(const uint8_t *data, size_t size, const arete_jpeg_request *request,
                                            arete_jpeg_room room, void *context, bool *has_lost,
                                            arete_codec_error *error);

/// Writes a baseline JPEG file of 1 or 3 channels, `quality` 1...100, chroma subsampled 2x2 below quality 90.
arete_codec_status arete_jpeg_encode(const uint8_t *pixels, const arete_codec_header *header, int quality,
                                     arete_codec_sink sink, void *context, arete_codec_error *error);

/// Reads a PNG file's header, up to its image data: palette and low depths become 8 bit, 16 bit keep their high byte.
arete_codec_status arete_png_header(const uint8_t *data, size_t size, arete_codec_header *header,
                                    arete_codec_error *error);

/// Decodes a PNG file into rows of `header->width * header->channels` bytes. `header` must be what `arete_png_header`
/// gave.
arete_codec_status arete_png_decode(const uint8_t *data, size_t size, const arete_codec_header *header, uint8_t *pixels,
                                    arete_codec_error *error);

/// Writes a PNG file of 8 bits a channel. `level` is zlib's, 0...9.
arete_codec_status arete_png_encode(const uint8_t *pixels, const arete_codec_header *header, int level,
                                    arete_codec_sink sink, void *context, arete_codec_error *error);
