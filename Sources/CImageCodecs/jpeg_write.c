// Writes baseline JPEG through libjpeg-turbo into the caller's sink.
#include "arete_codecs.h"
#include "jpeg_error.h"

#include <string.h>

typedef struct {
    struct jpeg_compress_struct jpeg; // first: the library hands back pointers to it
    arete_jpeg_handler handler;
    struct jpeg_destination_mgr destination;
    arete_codec_sink sink;
    void *context;
    uint8_t buffer[16384];
} writer;

static void rewind_buffer(j_compress_ptr jpeg) {
    writer *w = (writer *)jpeg;
    w->destination.next_output_byte = w->buffer;
    w->destination.free_in_buffer = sizeof w->buffer;
}

static void pass_on(writer *w, size_t size) {
    if (size > 0 && !w->sink(w->context, w->buffer, size)) arete_jpeg_fail((j_common_ptr)&w->jpeg, "cannot be written");
}

static boolean buffer_full(j_compress_ptr jpeg) {
    pass_on((writer *)jpeg, sizeof((writer *)jpeg)->buffer);
    rewind_buffer(jpeg);
    return TRUE;
}

static void finish(j_compress_ptr jpeg) {
    writer *w = (writer *)jpeg;
    pass_on(w, sizeof w->buffer - w->destination.free_in_buffer);
}

arete_codec_status arete_jpeg_encode(const uint8_t *pixels, const arete_codec_header *header, int quality,
                                     arete_codec_sink sink, void *context, arete_codec_error *error) {
    writer w;
    memset(&w, 0, sizeof w - sizeof w.buffer);
    w.jpeg.err = arete_jpeg_handler_init(&w.handler, error);
    w.sink = sink;
    w.context = context;
    if (setjmp(w.handler.unwind) == 0) {
        jpeg_create_compress(&w.jpeg);
        w.destination.init_destination = rewind_buffer;
        w.destination.empty_output_buffer = buffer_full;
        w.destination.term_destination = finish;
        w.jpeg.dest = &w.destination;
        w.jpeg.image_width = header->width;
        w.jpeg.image_height = header->height;
        w.jpeg.input_components = (int)header->channels;
        w.jpeg.in_color_space = header->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
        jpeg_set_defaults(&w.jpeg);
        jpeg_set_quality(&w.jpeg, quality, TRUE);
        if (header->channels == 3 && quality >= 90) {
            w.jpeg.comp_info[0].h_samp_factor = 1;
            w.jpeg.comp_info[0].v_samp_factor = 1;
        }
        jpeg_start_compress(&w.jpeg, TRUE);
        const size_t stride = (size_t)header->width * header->channels;
        while (w.jpeg.next_scanline < w.jpeg.image_height) {
            JSAMPROW row = (JSAMPROW)(uintptr_t)(pixels + w.jpeg.next_scanline * stride); // the library only reads it
            jpeg_write_scanlines(&w.jpeg, &row, 1);
        }
        jpeg_finish_compress(&w.jpeg);
    }
    jpeg_destroy_compress(&w.jpeg);
    return w.handler.status;
}
