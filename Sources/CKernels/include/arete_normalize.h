// Softmax and the normalizations of float tensors. Halves compute in float, sums run in double; x and y may be the same
// tensor where that is said.
#pragma once
#include "arete_types.h"

typedef enum {
    ARETE_SOFTMAX,
    ARETE_LOG_SOFTMAX,
    ARETE_HARDMAX, // 1 at the first largest element, 0 elsewhere
    ARETE_SOFTMAX_COUNT,
} arete_softmax_kind;

/// x and y [outer][n][inner]; exponentials of beta * x along n.
typedef struct {
    size_t n, inner;
    double beta;
} arete_softmax_plan;

/// Columns begin ..< end of outer * inner. y may be x.
typedef void (*arete_softmax_function)(const arete_softmax_plan *plan, const void *x, void *y, size_t begin,
                                       size_t end);

/// For the four float types; null otherwise.
ARETE_AT_LOAD arete_softmax_function arete_softmax(arete_softmax_kind kind, arete_element_type type);

/// Rows of n elements: y = (x - mean) / sqrt(variance + epsilon) * scale + bias; with `rms` nothing is subtracted.
typedef struct {
    size_t n;
    double epsilon;
    bool rms;
} arete_layer_norm_plan;

/// Rows begin ..< end. scale and bias (n elements each), mean and inverse deviation (one a row, float; double for
/// float64) may be null. y may be x.
typedef void (*arete_layer_norm_function)(const arete_layer_norm_plan *plan, const void *x, const void *scale,
                                          const void *bias, void *y, void *mean, void *inverse, size_t begin,
                                          size_t end);
ARETE_AT_LOAD arete_layer_norm_function arete_layer_norm(arete_element_type type);

/// x and y [batch][groups][channels][area]: each group of channels is normalized, then scaled by channel (scale and
/// bias [groups * channels]). One channel a group is instance normalization.
typedef struct {
    size_t groups, channels, area;
    double epsilon;
} arete_group_norm_plan;

/// Groups begin ..< end of batch * groups. scale and bias may be null. y may be x.
typedef void (*arete_group_norm_function)(const arete_group_norm_plan *plan, const void *x, const void *scale,
                                          const void *bias, void *y, size_t begin, size_t end);
ARETE_AT_LOAD arete_group_norm_function arete_group_norm(arete_element_type type);

/// Batch normalization of n channels as y = x * multiplier + offset: multiplier = scale / sqrt(variance + epsilon),
/// offset = bias - mean * multiplier. `multiplier` and `offset` are float (double for float64).
typedef void (*arete_batch_norm_function)(const void *scale, const void *bias, const void *mean, const void *variance,
                                          double epsilon, void *multiplier, void *offset, size_t n);
ARETE_AT_LOAD arete_batch_norm_function arete_batch_norm(arete_element_type type);

/// x and y [outer][channels][inner]: y = x * multiplier[channel] + offset[channel], constants as above. Units begin ..<
/// end of outer * channels. y may be x.
typedef void (*arete_channel_affine_function)(size_t channels, size_t inner, const void *x, const void *multiplier,
                                              const void *offset, void *y, size_t begin, size_t end);
ARETE_AT_LOAD arete_channel_affine_function arete_channel_affine(arete_element_type type);

/// x and y [outer][channels][inner]: y = x / (bias + alpha * sum of squares)^beta, the sum over channels c - before ...
/// c
/// + after. ONNX's alpha is to be divided by its size, before = (size - 1) / 2, after = size / 2.
typedef struct {
    size_t channels, inner, before, after;
    double alpha, beta, bias;
} arete_response_plan;

/// Units begin ..< end of outer * channels.
typedef void (*arete_response_function)(const arete_response_plan *plan, const void *x, void *y, size_t begin,
                                        size_t end);
ARETE_AT_LOAD arete_response_function arete_local_response(arete_element_type type);

/// x and y [outer][n][inner]: y = x / max(norm of the column, smallest), 0 where that is 0; p is 1 or 2.
typedef struct {
    size_t n, inner;
    int p;
    double smallest;
} arete_lp_norm_plan;

/// Columns begin ..< end of outer * inner. y may be x.
typedef void (*arete_lp_norm_function)(const arete_lp_norm_plan *plan, const void *x, void *y, size_t begin,
                                       size_t end);
ARETE_AT_LOAD arete_lp_norm_function arete_lp_norm(arete_element_type type);
