// Convolutions whose weights are laid out once, at load, in the order in which the kernel reads them.
#pragma once
#include "arete_conv.h"
#include "arete_dynamic.h"
#include "arete_pair.h"
#include "arete_unary.h"

/// A function of each byte or float of a layer's result and the one at the same place of another image.
typedef struct {
    arete_pair_function function; // NULL for none
    const void *form;
    bool swaps;                              // the layer's result is the second operand
    const uint8_t *other;                    // set as it runs
    size_t stride, row_stride, image_stride; // bytes from one pixel, row and image of `other` to the next
    const uint8_t *table;                    // NULL, or what becomes of each byte of the function
} arete_packed_pair;

/// A convolution as a packed kernel sees it: 8-bit activations and weights, INT16 activations and INT8 weights, or both
/// FLOAT32. A convolution of floats needs only the window and the groups of `conv`; the type of its result is FLOAT32.
/// Sums of INT16 activations less their zero point must fit 32 bits, without a 64-bit bias, with another; a layer with
/// a 64-bit bias has no zero point.
typedef struct {
    arete_conv conv;
    arete_element_type input, weights; // INT8 or UINT8; INT16 and INT8; FLOAT32
    bool wide;                         // INT16: requantize as the 64-bit sums of arete_conv.h
    const int64_t *wide_bias;          // with `wide`, in place of a bias to pack; may be NULL
    float low, high;                   // bounds of results that are floats
    arete_float_function function;     // of the bounded floats, or none
    size_t input_stride;               // bytes from one pixel to the next; at least the channels
    size_t output_stride;              // elements from one pixel to the next; at least the channels
    size_t output_row_stride;          // elements from one row of pixels to the next
    size_t output_image_stride;        // elements from one image to the next
    const uint8_t *table;              // NULL, or 256 results by the byte that the requantization gives
    void (*apply_table)(const uint8_t table[256], const uint8_t *input, size_t input_pitch, uint8_t *output,
                        size_t output_pitch, size_t rows, size_t count);
    arete_packed_pair pair; // after the table; results and weights are bytes then
    // Set as it runs, or NULL; every image has its own zero point then, and the requantization's output is INT32. The
    // zero point at load is 0, or 128 for signed bytes that come as unsigned ones where no window leaves the image.
    const arete_dynamic_finish *dynamic;
    const void *plan; // what the kernel's `plan` made of this very layer, or NULL: a run then makes it anew
} arete_packed_conv;

/// Zero point of the activations of the image that output pixel `pixel` belongs to.
static inline int32_t arete_packed_input_zero(const arete_packed_conv *layer, size_t pixel) {
    return layer->dynamic ? layer->dynamic->scales[pixel / layer->dynamic->pixels].zero_point
                          : layer->conv.input_zero_point;
}

/// One kernel family. Everything but `run` is called at load. A convolution that `takes` refuses has no such kernel.
typedef struct {
    bool (*takes)(const arete_packed_conv *layer);
    /// Most bytes of packed weights; they hold no pointers, so they can be stored.
    size_t (*packed_bytes)(const arete_packed_conv *layer);
    /// Lays out weights and bias (may be NULL; INT32 or FLOAT32) in the order of arete_conv.h, and returns how many
    /// bytes they take; all `packed_bytes` may be written. `packed` is 64-byte aligned.
    size_t (*pack)(const arete_packed_conv *layer, const void *weights, const void *bias, void *packed);
    size_t (*scratch_bytes)(const arete_packed_conv *layer);
    /// Independent parts of the work; the same for any number of threads.
    size_t (*units)(const arete_packed_conv *layer);
    /// Computes units `begin` to `end`; reads nothing outside the image. `scratch` is 64-byte aligned, one piece per
    /// concurrent call.
    void (*run)(const arete_packed_conv *layer, const void *input, const void *packed, void *output, size_t begin,
                size_t end, void *scratch);
    /// What runs of a layer need to know besides it: bytes of it, and what makes it in memory that is 64-byte aligned.
    /// It serves as long as nothing of the layer changes but what is set as it runs. NULL where there is nothing such.
    size_t (*plan_bytes)(const arete_packed_conv *layer);
    void (*plan)(const arete_packed_conv *layer, void *memory);
} arete_packed_conv_kernel;

/// Families without packed kernels in an instruction set have NULL functions.
struct arete_packed_conv_kernels {
    arete_packed_conv_kernel dense;       // every group count, kernel, stride and dilation
    arete_packed_conv_kernel dense_float; // the same of FLOAT32
    arete_packed_conv_kernel winograd;    // of FLOAT32, 3x3 with steps of 1, where fewer products pay; rounds otherwise
    arete_packed_conv_kernel winograd_byte; // the same of bytes, exactly
    arete_packed_conv_kernel dense_word;    // and of INT16
    arete_packed_conv_kernel depthwise;     // weights [kh][kw][output_channels]
    arete_packed_conv_kernel depthwise_float, depthwise_word;
};
