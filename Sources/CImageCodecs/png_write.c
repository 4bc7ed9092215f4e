// Writes 8-bit PNG through libpng into the caller's sink.
#include "arete_codecs.h"
#include "png_error.h"

#include <string.h>

typedef struct {
    arete_png_handler handler;
    arete_codec_sink sink;
    void *context;
    png_structp png;
    png_infop info;
} writer;

static void pass_on(png_structp png, png_bytep data, size_t size) {
    writer *w = png_get_io_ptr(png);
    if (!w->sink(w->context, data, size)) png_error(png, "cannot be written");
}

static void flush(png_structp png) { (void)png; }

arete_codec_status arete_png_encode(const uint8_t *pixels, const arete_codec_header *header, int level,
                                    arete_codec_sink sink, void *context, arete_codec_error *error) {
    writer w;
    memset(&w, 0, sizeof w);
    w.sink = sink;
    w.context = context;
    arete_png_handler_init(&w.handler, error);
    w.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &w.handler, arete_png_fail, arete_png_ignore_warning);
    w.info = w.png ? png_create_info_struct(w.png) : NULL;
    if (!w.info) {
        arete_png_out_of_memory(&w.handler);
    } else if (setjmp(w.handler.unwind) == 0) {
        static const int colours[5] = {0, PNG_COLOR_TYPE_GRAY, 0, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA};
        png_set_write_fn(w.png, &w, pass_on, flush);
        png_set_compression_level(w.png, level);
        png_set_IHDR(w.png, w.info, header->width, header->height, 8, colours[header->channels], PNG_INTERLACE_NONE,
                     PNG_COMPRESSION_TYPE_BASE, PNG_FILTER_TYPE_BASE);
        png_write_info(w.png, w.info);
        const size_t stride = (size_t)header->width * header->channels;
        for (size_t y = 0; y < header->height; y++) {
            png_write_row(w.png, pixels + y * stride);
        }
        png_write_end(w.png, w.info);
    }
    png_destroy_write_struct(&w.png, &w.info);
    return w.handler.status;
}
