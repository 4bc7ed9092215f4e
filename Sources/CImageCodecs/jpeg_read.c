// Reads JPEG through libjpeg-turbo: an error or damaged data unwind to here by longjmp and become a status.
#include "arete_codecs.h"
#include "jpeg_error.h"
#include "jpeg_source.h"

#include <string.h>

// Creates the decompressor and reads up to the first scan; the caller has set the return point.
static void begin(arete_jpeg_reader *r, const uint8_t *data, size_t size) {
    jpeg_create_decompress(&r->jpeg);
    arete_jpeg_read_from(r, data, size);
    jpeg_read_header(&r->jpeg, TRUE);
    switch (r->jpeg.jpeg_color_space) {
    case JCS_GRAYSCALE:
        r->jpeg.out_color_space = JCS_GRAYSCALE;
        break;
    case JCS_YCbCr:
    case JCS_RGB:
        r->jpeg.out_color_space = JCS_RGB;
        break;
    case JCS_CMYK:
    case JCS_YCCK:
        r->jpeg.out_color_space = JCS_CMYK;
        break;
    default:
        r->handler.status = ARETE_CODEC_UNSUPPORTED;
        arete_jpeg_fail((j_common_ptr)&r->jpeg, "colour space that is neither grey, RGB nor CMYK");
    }
}

static uint32_t channels_of(const arete_jpeg_reader *r) { return r->jpeg.out_color_space == JCS_GRAYSCALE ? 1 : 3; }

// Ink to light. Adobe's files, nearly all there are, store ink inverted.
static void cmyk_to_rgb(const uint8_t *restrict cmyk, uint8_t *restrict rgb, size_t width, bool inverted) {
    const uint8_t flip = inverted ? 0 : 255;
    for (size_t x = 0; x < width; x++) {
        const unsigned k = cmyk[4 * x + 3] ^ flip;
        for (size_t c = 0; c < 3; c++) {
            rgb[3 * x + c] = (uint8_t)(((unsigned)(cmyk[4 * x + c] ^ flip) * k + 127) / 255);
        }
    }
}

arete_codec_status arete_jpeg_header(const uint8_t *data, size_t size, arete_codec_header *header,
                                     arete_codec_error *error) {
    arete_jpeg_reader r;
    memset(&r, 0, sizeof r);
    r.jpeg.err = arete_jpeg_handler_init(&r.handler, error);
    if (setjmp(r.handler.unwind) == 0) {
        begin(&r, data, size);
        *header = (arete_codec_header){r.jpeg.image_width, r.jpeg.image_height, channels_of(&r)};
    }
    jpeg_destroy_decompress(&r.jpeg);
    return r.handler.status;
}

arete_codec_status arete_jpeg_decode(const uint8_t *data, size_t size, const arete_codec_header *header,
                                     uint8_t *pixels, arete_codec_error *error) {
    arete_jpeg_reader r;
    memset(&r, 0, sizeof r);
    r.jpeg.err = arete_jpeg_handler_init(&r.handler, error);
    if (setjmp(r.handler.unwind) == 0) {
        begin(&r, data, size);
        if (r.jpeg.image_width != header->width || r.jpeg.image_height != header->height ||
            channels_of(&r) != header->channels) {
            r.handler.status = ARETE_CODEC_MISMATCH;
            arete_jpeg_fail((j_common_ptr)&r.jpeg, "header changed between reads");
        }
        jpeg_start_decompress(&r.jpeg);
        const size_t stride = (size_t)header->width * header->channels;
        const bool ink = r.jpeg.out_color_space == JCS_CMYK;
        // The library's pool owns this row and frees it with the decompressor.
        JSAMPARRAY scratch =
            ink ? r.jpeg.mem->alloc_sarray((j_common_ptr)&r.jpeg, JPOOL_IMAGE, header->width * 4, 1) : NULL;
        while (r.jpeg.output_scanline < r.jpeg.output_height) {
            uint8_t *target = pixels + r.jpeg.output_scanline * stride;
            JSAMPROW row = ink ? scratch[0] : target;
            jpeg_read_scanlines(&r.jpeg, &row, 1);
            if (ink) cmyk_to_rgb(row, target, header->width, r.jpeg.saw_Adobe_marker);
        }
        jpeg_finish_decompress(&r.jpeg);
    }
    jpeg_destroy_decompress(&r.jpeg);
    return r.handler.status;
}
