// Reads PNG through libpng: every colour type and depth becomes 8-bit grey, RGB or RGBA.
#include "arete_codecs.h"
#include "png_error.h"

#include <string.h>

// Longest side that is not a lie, and most memory one ancillary chunk may ask for.
enum { MAX_SIDE = 1000000, MAX_CHUNK = 8 << 20 };

typedef struct {
    arete_png_handler handler;
    const uint8_t *next;
    size_t left;
    png_structp png;
    png_infop info;
} reader;

static void take(png_structp png, png_bytep target, size_t size) {
    reader *r = png_get_io_ptr(png);
    if (size > r->left) png_error(png, "file ends too early");
    memcpy(target, r->next, size);
    r->next += size;
    r->left -= size;
}

// Reads up to the image data and sets up the conversion; the caller has set the return point.
static void begin(reader *r, arete_codec_header *header) {
    png_structp png = r->png;
    png_set_read_fn(png, r, take);
    png_set_user_limits(png, MAX_SIDE, MAX_SIDE);
    png_set_chunk_malloc_max(png, MAX_CHUNK);
    png_read_info(png, r->info);
    const int colour = png_get_color_type(png, r->info);
    const bool alpha = (colour & PNG_COLOR_MASK_ALPHA) || png_get_valid(png, r->info, PNG_INFO_tRNS);
    png_set_expand(png);   // palette to RGB, low depths to 8 bit, a transparent colour to alpha
    png_set_strip_16(png); // as other readers do, so that a model sees the same pixels
    if (alpha && !(colour & PNG_COLOR_MASK_COLOR)) png_set_gray_to_rgb(png);
    header->width = png_get_image_width(png, r->info);
    header->height = png_get_image_height(png, r->info);
    header->channels = alpha ? 4 : (colour & PNG_COLOR_MASK_COLOR) ? 3 : 1;
}

static bool create(reader *r, const uint8_t *data, size_t size, arete_codec_error *error) {
    memset(r, 0, sizeof *r);
    r->next = data;
    r->left = size;
    arete_png_handler_init(&r->handler, error);
    r->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &r->handler, arete_png_fail, arete_png_ignore_warning);
    r->info = r->png ? png_create_info_struct(r->png) : NULL;
    if (!r->info) arete_png_out_of_memory(&r->handler);
    return r->info != NULL;
}

arete_codec_status arete_png_header(const uint8_t *data, size_t size, arete_codec_header *header,
                                    arete_codec_error *error) {
    reader r;
    if (create(&r, data, size, error) && setjmp(r.handler.unwind) == 0) begin(&r, header);
    png_destroy_read_struct(&r.png, &r.info, NULL);
    return r.handler.status;
}

arete_codec_status arete_png_decode(const uint8_t *data, size_t size, const arete_codec_header *header, uint8_t *pixels,
                                    arete_codec_error *error) {
    reader r;
    arete_codec_header found = {0, 0, 0};
    if (create(&r, data, size, error) && setjmp(r.handler.unwind) == 0) {
        begin(&r, &found);
        const int passes = png_set_interlace_handling(r.png);
        png_read_update_info(r.png, r.info);
        const size_t stride = (size_t)header->width * header->channels;
        if (memcmp(&found, header, sizeof found) != 0 || png_get_rowbytes(r.png, r.info) != stride) {
            r.handler.status = ARETE_CODEC_MISMATCH;
            png_error(r.png, "header changed between reads");
        }
        for (int pass = 0; pass < passes; pass++) {
            for (size_t y = 0; y < header->height; y++) {
                png_read_row(r.png, pixels + y * stride, NULL);
            }
        }
        png_read_end(r.png, NULL); // the last image chunk's checksum stands there
    }
    png_destroy_read_struct(&r.png, &r.info, NULL);
    return r.handler.status;
}
