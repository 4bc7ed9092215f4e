// Places of the extremal channel of a quantized NHWC image that is enlarged first: no enlarged image is kept.
#pragma once
#include "arete_quantized_resize.h"
#include "arete_reduce.h"

/// Channels at most, so that a place and a value fit one key.
enum { ARETE_RESIZE_ARG_CHANNELS = 4096 };

/// For each pixel of output rows begin ..< end of batch x output_height the channel that `arg` looks for in what
/// `arete_quantized_resize_bilinear` computes. The resize's arithmetic is ARETE_RESIZE_FAST, arg's n its channels (at
/// most ARETE_RESIZE_ARG_CHANNELS), arg's inner 1. `scratch` is 64-byte aligned, one piece per concurrent call.
void arete_resize_arg(const arete_quantized_resize *resize, const arete_arg_plan *arg, const void *input, void *output,
                      size_t begin, size_t end, void *scratch);

/// Bytes of scratch of one call, for every instruction set.
size_t arete_resize_arg_scratch(const arete_quantized_resize *resize);
