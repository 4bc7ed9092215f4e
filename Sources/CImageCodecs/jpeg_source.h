// A JPEG file in memory as libjpeg-turbo's source, and a bound on the work that one file may ask for.
#pragma once
#include "jpeg_error.h"

#include <stddef.h>
#include <stdint.h>

typedef struct {
    struct jpeg_source_mgr manager;
    struct jpeg_progress_mgr progress;
} arete_jpeg_source;

/// All that reading one file takes.
typedef struct {
    struct jpeg_decompress_struct jpeg; // first: the library hands back pointers to it
    arete_jpeg_handler handler;
    arete_jpeg_source source;
} arete_jpeg_reader;

/// Lets the reader's decompressor, which has been created, read `data`, which must outlive it. A file that ends early
/// fails, or warns where the handler is lenient and counts as ended with what is there.
void arete_jpeg_read_from(arete_jpeg_reader *reader, const uint8_t *data, size_t size);
