// Data movement by index tensors: gather, scatter, one-hot, reversed sequences, positions of non-zero elements.
//
// Indices may come from a model's input: none is used before it was checked. Negative indices count from the end. Where
// one is out of range, gathering writes zeros, scattering skips it, and the function returns false.
// Index types: every integer type, and float32 and float64 for one-hot.
#pragma once
#include "arete_types.h"

/// x [batch][outer][extent][unit bytes] and indices [batch][count] give y [batch][outer][count][unit bytes].
typedef struct {
    size_t batch, outer, extent, count, unit;
    arete_element_type index_type;
} arete_gather_plan;

/// Counts in units of y: 0 ..< batch * outer * count.
bool arete_gather(const arete_gather_plan *plan, const void *x, const void *indices, void *y, size_t begin, size_t end);

/// y has the indices' shape; y[..., i, ...] = x[..., indices[..., i, ...], ...] in dimension `axis`. Other dimensions
/// of x are at least as large. Counts in elements of y.
typedef struct {
    size_t element_size, rank, axis;
    size_t data_shape[ARETE_MAX_RANK];
    size_t index_shape[ARETE_MAX_RANK];
    arete_element_type index_type;
} arete_element_plan;

/// False when rank or axis is too large, or the index shape does not fit the data's.
ARETE_AT_LOAD bool arete_element_begin(arete_element_plan *plan, size_t element_size, size_t rank, size_t axis,
                                       const size_t *data_shape, const size_t *index_shape,
                                       arete_element_type index_type);

bool arete_gather_elements(const arete_element_plan *plan, const void *x, const void *indices, void *y, size_t begin,
                           size_t end);

/// Index tuples of `depth` numbers choose units in data of extent[0] ... extent[depth - 1] units per batch.
typedef struct {
    size_t batch, count, depth, unit; // count: tuples per batch; unit in bytes (gather) or elements (scatter)
    size_t extent[ARETE_MAX_RANK];
    arete_element_type index_type;
} arete_tuple_plan;

/// Counts in tuples: 0 ..< batch * count. y holds a unit a tuple.
bool arete_gather_nd(const arete_tuple_plan *plan, const void *x, const void *indices, void *y, size_t begin,
                     size_t end);

typedef enum {
    ARETE_SCATTER_REPLACE, // the last update wins
    ARETE_SCATTER_ADD,
    ARETE_SCATTER_MUL,
    ARETE_SCATTER_MAX,
    ARETE_SCATTER_MIN,
    ARETE_SCATTER_COUNT,
} arete_scatter_reduction;

/// Combines n elements of x into y.
typedef void (*arete_combine)(void *y, const void *x, size_t n);

/// Null when the reduction has no meaning for the type: booleans, strings of bits.
arete_combine arete_scatter_combine(arete_scatter_reduction reduction, arete_element_type type);

/// y[..., indices[..., i, ...], ...] takes updates[..., i, ...]; y holds the data already. Counts in columns: the
/// places of the index tensor without dimension `axis`, 0 ..< product of the other index extents.
bool arete_scatter_elements(const arete_element_plan *plan, arete_combine combine, const void *indices,
                            const void *updates, void *y, size_t begin, size_t end);

/// y at each tuple takes a unit of updates; y holds the data already; batch is 1. Counts in elements of the unit, 0 ..<
/// unit, each walked through all tuples, so that equal tuples combine in order.
bool arete_scatter_nd(const arete_tuple_plan *plan, arete_combine combine, size_t element_size, const void *indices,
                      const void *updates, void *y, size_t begin, size_t end);

/// y [outer][depth][inner] is *on where the index [outer][inner] equals the place in depth, else *off; also where the
/// index is out of range. Negative indices count from the end, or are out of range too. Counts in outer.
void arete_one_hot(size_t element_size, size_t inner, size_t depth, arete_element_type index_type, bool counts_from_end,
                   const void *indices, const void *off, const void *on, void *y, size_t begin, size_t end);

/// x and y [outer][a][between][b][unit bytes]; the sequence axis is a (lengths per b) or b (lengths per a).
typedef struct {
    size_t outer, a, between, b, unit;
    bool sequence_is_a;
    arete_element_type length_type;
} arete_reverse_plan;

/// Reverses the first lengths[batch] steps of each sequence. Counts in units: 0 ..< outer * a * between * b. False
/// where a length is negative or beyond the sequence; it is then taken as 0 or the sequence's length.
bool arete_reverse_sequence(const arete_reverse_plan *plan, const void *x, const void *lengths, void *y, size_t begin,
                            size_t end);

/// Non-zero elements of x.
size_t arete_non_zero_count(arete_element_type type, const void *x, size_t n);

/// y [rank][count]: the coordinates of the first `count` non-zero elements of x, in row-major order.
void arete_non_zero(arete_element_type type, const void *x, size_t rank, const size_t *shape, size_t count, int64_t *y);
