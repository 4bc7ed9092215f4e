// libpng's error handling for reader and writer: the first error's message is kept and unwinds.
#pragma once
#include "arete_codecs.h"

#include <setjmp.h>

#include <png.h>

typedef struct {
    jmp_buf unwind;
    arete_codec_status status; // what to return; set before failing to say more than "damaged"
    arete_codec_error *error;
} arete_png_handler;

void arete_png_handler_init(arete_png_handler *handler, arete_codec_error *error);

/// Notes that libpng could not even start.
void arete_png_out_of_memory(arete_png_handler *handler);

/// libpng's error callback: unwinds to `handler->unwind`.
_Noreturn void arete_png_fail(png_structp png, png_const_charp message);

/// libpng's warning callback: what libpng can go on after leaves the pixels as they are.
void arete_png_ignore_warning(png_structp png, png_const_charp message);
