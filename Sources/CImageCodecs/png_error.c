// Turns libpng's errors into a status and a message.
#include "png_error.h"

#include <stdio.h>

void arete_png_handler_init(arete_png_handler *handler, arete_codec_error *error) {
    handler->status = ARETE_CODEC_OK;
    handler->error = error;
    error->message[0] = 0;
}

void arete_png_out_of_memory(arete_png_handler *handler) {
    handler->status = ARETE_CODEC_DAMAGED;
    snprintf(handler->error->message, sizeof handler->error->message, "out of memory");
}

_Noreturn void arete_png_fail(png_structp png, png_const_charp message) {
    arete_png_handler *handler = png_get_error_ptr(png);
    if (handler->status == ARETE_CODEC_OK) handler->status = ARETE_CODEC_DAMAGED;
    snprintf(handler->error->message, sizeof handler->error->message, "%s", message);
    longjmp(handler->unwind, 1);
}

void arete_png_ignore_warning(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}
