// Data movement that needs no arithmetic on elements: transpose, slice, concatenate, tile, rearrange, pad, fill.
// Elements are 1, 2, 4 or 8 bytes; kernels do nothing for other sizes. x and y never overlap.
#pragma once
#include "arete_nest.h"

/// y = x at points begin ..< end of a nest with operands y, x. Dense runs are copied as blocks, transposes in tiles.
void arete_copy(size_t element_size, const arete_nest *nest, void *y, const void *x, size_t begin, size_t end);

// Nests for `arete_copy`, simplified, operands y and x. y is dense; x too, of shape `shape`. False when the nest would
// have too many dimensions, or what is asked for does not lie in x. For broadcasting see `arete_nest_broadcast`.

/// y's dimension d is x's dimension permutation[d].
ARETE_AT_LOAD bool arete_nest_transpose(arete_nest *nest, size_t rank, const size_t *shape, const size_t *permutation,
                                        size_t element_size);

/// y[i] = x[start + i * step] in each dimension; steps may be negative. Adds the place of x[start] in bytes to the
/// pointer that is passed as x: `*x_offset`.
ARETE_AT_LOAD bool arete_nest_slice(arete_nest *nest, size_t rank, const size_t *shape, const size_t *start,
                                    const ptrdiff_t *step, const size_t *y_shape, size_t element_size,
                                    size_t *x_offset);

/// y is x repeated repeats[d] times in dimension d.
ARETE_AT_LOAD bool arete_nest_tile(arete_nest *nest, size_t rank, const size_t *shape, const size_t *repeats,
                                   size_t element_size);

/// Where the block's position is found in the channels.
typedef enum {
    ARETE_BLOCK_DCR,  // channels first, [block row][block column][channel]: ONNX DCR and SpaceToDepth
    ARETE_BLOCK_CRD,  // channels first, [channel][block row][block column]: ONNX CRD
    ARETE_BLOCK_NHWC, // channels last, [block row][block column][channel]: TFLite
} arete_block_order;

/// x of batch, height, width, channels gives y of batch, height * block, width * block, channels / block^2.
ARETE_AT_LOAD bool arete_nest_depth_to_space(arete_nest *nest, size_t batch, size_t height, size_t width,
                                             size_t channels, size_t block, arete_block_order order,
                                             size_t element_size);

/// x of batch, height, width, channels gives y of batch, height / block, width / block, channels * block^2.
ARETE_AT_LOAD bool arete_nest_space_to_depth(arete_nest *nest, size_t batch, size_t height, size_t width,
                                             size_t channels, size_t block, arete_block_order order,
                                             size_t element_size);

/// Copies rows begin ..< end of row_bytes bytes that lie y_pitch and x_pitch bytes apart: a part of a concatenation (y
/// points at the part's place in the first row of the whole) or of a split (x does).
void arete_copy_rows(void *y, size_t y_pitch, const void *x, size_t x_pitch, size_t row_bytes, size_t begin,
                     size_t end);

/// Sets elements begin ..< end of y to *value.
void arete_fill(size_t element_size, const void *value, void *y, size_t begin, size_t end);

typedef enum {
    ARETE_PAD_CONSTANT,
    ARETE_PAD_EDGE,
    ARETE_PAD_REFLECT,   // without repeating the border
    ARETE_PAD_SYMMETRIC, // repeating the border
    ARETE_PAD_WRAP,
} arete_pad_mode;

typedef struct {
    arete_pad_mode mode;
    size_t element_size;
    size_t rank; // at most ARETE_MAX_RANK
    size_t x_shape[ARETE_MAX_RANK];
    size_t y_shape[ARETE_MAX_RANK];
    ptrdiff_t before[ARETE_MAX_RANK]; // y[i] is x[i - before]; negative crops
} arete_pad_plan;

/// Plans y = x with before[d] elements added in front and after[d] behind in dimension d (negative: cut off). Trailing
/// dimensions without padding are joined. False when rank is too large or a dimension of y would be negative.
ARETE_AT_LOAD bool arete_pad_begin(arete_pad_plan *plan, arete_pad_mode mode, size_t element_size, size_t rank,
                                   const size_t *shape, const ptrdiff_t *before, const ptrdiff_t *after);

/// Rows of y that `arete_pad` counts in.
size_t arete_pad_rows(const arete_pad_plan *plan);

/// Computes rows begin ..< end of y; *value (one element) is used by the constant mode, and by every mode where x is
/// empty.
void arete_pad(const arete_pad_plan *plan, const void *x, const void *value, void *y, size_t begin, size_t end);

/// Block sizes, and what is added around (space to batch) or cut off (batch to space) the large image.
typedef struct {
    size_t rank;  // spatial dimensions: 1 ... 3
    size_t batch; // of the small images, a multiple of the blocks' product
    size_t large[3], small[3], block[3], before[3];
    size_t unit; // bytes of one position: all channels
} arete_block_plan;

/// small[n][s] = large[position s * block + offset of n], `zero` (element_size bytes) where that lies in the padding.
/// Counts in positions of y: 0 ..< batch * product of small.
void arete_space_to_batch(const arete_block_plan *plan, const void *x, size_t element_size, const void *zero, void *y,
                          size_t begin, size_t end);

/// The inverse. Counts in positions of y: 0 ..< batch / product of block * product of large.
void arete_batch_to_space(const arete_block_plan *plan, const void *x, void *y, size_t begin, size_t end);

/// y = x where column - row >= k (upper) or <= k (lower), else zero. Counts in rows of the batch of matrices.
void arete_triangle(size_t element_size, size_t rows, size_t columns, int64_t k, bool upper, const void *x, void *y,
                    size_t begin, size_t end);

/// Rows begin ..< end of a matrix that is *one on diagonal k and zero elsewhere.
void arete_eye(size_t element_size, size_t columns, int64_t k, const void *one, void *y, size_t begin, size_t end);
