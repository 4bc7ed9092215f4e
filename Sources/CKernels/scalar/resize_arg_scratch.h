// Where the parts of the scratch memory lie of kernels that enlarge images and find extremal channels.
#pragma once
#include "arete_resize_arg.h"

/// Columns of rows of integers beyond the image's: as far as a vector of any set reaches.
enum { RESIZE_ARG_BEYOND = 16 };

/// Bytes from the scratch's start, each a multiple of 64.
typedef struct {
    size_t steps, weights; // for each output column (integers): columns from its vector's first one, and the weight
    size_t lines[2];       // two rows of the input, [channels][pitch] bytes
    size_t turned[2];      // for each channel of those whether it is there (bytes)
    size_t candidates;     // for each vector of output columns the channels that may be extremal (bits of 64-bit words)
    size_t any;            // those of any vector
    size_t starts, slopes; // [channels][pitch] integers
    size_t end;
    size_t pitch;
} resize_arg_scratch;

static inline resize_arg_scratch resize_arg_scratch_of(const arete_quantized_resize *resize) {
    resize_arg_scratch s;
    const size_t columns = (resize->output_width + 15) / 16 * 64;
    s.pitch = (resize->input_width + 15) / 16 * 16 + RESIZE_ARG_BEYOND;
    const size_t line = (resize->channels * s.pitch + 63) / 64 * 64;
    s.steps = 0;
    s.weights = columns;
    s.lines[0] = 2 * columns;
    s.lines[1] = s.lines[0] + line;
    const size_t flags = (resize->channels + 63) / 64 * 64;
    s.turned[0] = s.lines[1] + line;
    s.turned[1] = s.turned[0] + flags;
    // Vectors of as few as 8 columns, words of as few as 32 channels.
    s.candidates = s.turned[1] + flags;
    s.any = s.candidates + (columns / 32 * (flags / 32) * sizeof(uint64_t) + 63) / 64 * 64;
    s.starts = s.any + flags;
    s.slopes = s.starts + line * sizeof(int32_t);
    s.end = s.slopes + line * sizeof(int32_t);
    return s;
}
