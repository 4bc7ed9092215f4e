// libjpeg-turbo's error handling for reader and writer: messages are kept, fatal ones unwind.
#pragma once
#include "arete_codecs.h"

#include <setjmp.h>
#include <stddef.h>
#include <stdio.h>

#include <jpeglib.h>

#include <jerror.h>

typedef struct {
    struct jpeg_error_mgr base; // first: the library hands back pointers to it
    jmp_buf unwind;
    arete_codec_status status; // what to return; set before failing to say more than "damaged"
    arete_codec_error *error;
    bool is_lenient; // goes on where picture data are lost
    bool has_lost;   // and says so here
} arete_jpeg_handler;

/// Prepares a handler that writes to `error` and returns what `jpeg->err` must point to.
struct jpeg_error_mgr *arete_jpeg_handler_init(arete_jpeg_handler *handler, arete_codec_error *error);

/// Ends the operation with a message of our own.
_Noreturn void arete_jpeg_fail(j_common_ptr jpeg, const char *message);

/// Whether the handler of `jpeg` goes on where picture data are lost.
bool arete_jpeg_is_lenient(j_decompress_ptr jpeg);
