// Umbrella header: every kernel family of the engine, and the table that chooses them.
#pragma once
#include "arete_binary.h"
#include "arete_cast.h"
#include "arete_conv.h"
#include "arete_copy.h"
#include "arete_detection.h"
#include "arete_dynamic.h"
#include "arete_expectation.h"
#include "arete_finish.h"
#include "arete_float_conv.h"
#include "arete_index.h"
#include "arete_isa.h"
#include "arete_matmul.h"
#include "arete_nest.h"
#include "arete_normalize.h"
#include "arete_packed_conv.h"
#include "arete_pair.h"
#include "arete_peak.h"
#include "arete_pick.h"
#include "arete_product.h"
#include "arete_quantize.h"
#include "arete_quantize_linear.h"
#include "arete_quantized.h"
#include "arete_quantized_binary.h"
#include "arete_quantized_compare.h"
#include "arete_quantized_pool.h"
#include "arete_quantized_recurrent.h"
#include "arete_quantized_reduce.h"
#include "arete_quantized_resize.h"
#include "arete_quantized_softmax.h"
#include "arete_quantized_sum.h"
#include "arete_recurrent.h"
#include "arete_reduce.h"
#include "arete_requantize.h"
#include "arete_resize.h"
#include "arete_resize_arg.h"
#include "arete_resize_plane.h"
#include "arete_sampling.h"
#include "arete_series.h"
#include "arete_stencil.h"
#include "arete_stencil_pool.h"
#include "arete_suppression.h"
#include "arete_table.h"
#include "arete_types.h"
#include "arete_unary.h"
#include "arete_word_swish.h"

/// Between accumulators, floats and quantized values, by the signatures of the portable functions.
struct arete_conversion_kernels {
    void (*requantize_row)(const int32_t *restrict accumulators, size_t count, size_t first,
                           const arete_requantization *restrict requantization, void *restrict output);
    void (*quantize)(arete_quantize_rounding rounding, arete_affine affine, arete_element_type type,
                     const float *restrict input, size_t count, void *restrict output);
    void (*dequantize)(arete_affine affine, arete_element_type type, const void *restrict input, size_t count,
                       float *restrict output);
    bool (*quantize_linear)(const arete_linear_plan *plan, const float *x, const float *scale, const int32_t *zero,
                            arete_element_type type, void *y, size_t begin, size_t end);
    bool (*dequantize_linear)(const arete_linear_plan *plan, arete_element_type type, const void *x, const float *scale,
                              const int32_t *zero, float *y, size_t begin, size_t end);
    void (*range)(const float *restrict values, size_t count, float *restrict minimum, float *restrict maximum);
    void (*dynamic_quantize)(arete_dynamic_form form, arete_dynamic_scale scale, float minimum, float maximum,
                             const float *restrict values, size_t count, void *restrict output);
    void (*dynamic_quantize_rows)(arete_dynamic_form form, bool plus_128, const float *restrict values, size_t rows,
                                  size_t count, arete_dynamic_scale *restrict scales, uint8_t *restrict output);
    void (*dynamic_dequantize)(const arete_dynamic_output *form, float activation_scale, const int32_t *sums,
                               size_t rows, size_t channels, float *output);
    void (*dynamic_finish)(const arete_dynamic_finish *finish, const int32_t *sums, size_t sum_stride, size_t pixel,
                           size_t rows, size_t first, size_t count, void *output, size_t output_stride);
};

/// Functions of quantized elements, by the signatures of the portable functions.
struct arete_quantized_kernels {
    arete_pair_function binary_rows; // of arete_quantized_binary
    arete_pair_function sum_rows;    // of arete_quantized_sum
    void (*table)(const uint8_t table[256], const uint8_t *input, size_t input_pitch, uint8_t *output,
                  size_t output_pitch, size_t rows, size_t count);
    void (*float_table)(const float table[256], const uint8_t *restrict input, size_t count, float *restrict output);
    void (*expectation_rows)(const arete_expectation *plan, const uint8_t *x, float *y, size_t begin, size_t end);
    void (*table16)(const int16_t table[513], const int16_t *input, size_t count, int16_t *output);
    void (*word_logistic)(arete_arithmetic arithmetic, float input_scale, const int16_t *input, size_t count,
                          int16_t *output);
    void (*word_tanh)(arete_arithmetic arithmetic, float input_scale, const int16_t *input, size_t count,
                      int16_t *output);
    void (*compare_row)(const arete_quantized_comparison *comparison, const uint8_t *a, size_t a_step, const uint8_t *b,
                        size_t b_step, uint8_t *output, size_t count);
    void (*reduce)(const arete_quantized_reduction *reduction, const arete_reduce_plan *plan, const void *input,
                   void *output, size_t begin, size_t end);
    void (*word_swish)(const arete_word_swish *swish, const int16_t *x, size_t count, int16_t *y);
    void (*softmax_rows)(const arete_quantized_softmax *softmax, const void *input, size_t rows, size_t depth,
                         void *output);
    void (*log_softmax_rows)(const arete_quantized_softmax *softmax, const void *input, size_t rows, size_t depth,
                             void *output);
    void (*lstm_step)(const arete_s8_lstm *lstm, const void *packed, const int8_t *input, int8_t *hidden, int16_t *cell,
                      int8_t *output, void *scratch);
    void (*svdf_step)(const arete_s8_svdf *svdf, const int8_t *input, const int8_t *features, const int16_t *times,
                      const int32_t *bias, int16_t *state, int8_t *output);
};

/// Steps of float recurrent layers, by the signatures of the portable functions and with their bits.
struct arete_recurrent_kernels {
    void (*lstm_step)(const arete_f32_lstm *lstm, const float *input, float *hidden, float *cell, float *output,
                      void *scratch);
    void (*svdf_step)(const arete_f32_svdf *svdf, const float *input, const void *features, const float *times,
                      const float *bias, float *state, float *output, void *scratch);
};

/// Data movement, by the signatures of the portable functions.
struct arete_layout_kernels {
    void (*copy)(size_t element_size, const arete_nest *nest, void *y, const void *x, size_t begin, size_t end);
    bool (*gather)(const arete_gather_plan *plan, const void *x, const void *indices, void *y, size_t begin,
                   size_t end);
    void (*pad)(const arete_pad_plan *plan, const void *x, const void *value, void *y, size_t begin, size_t end);
    void (*pick_rows)(const arete_pick *pick, const uint8_t *x, size_t x_pitch, uint8_t *y, size_t y_pitch,
                      size_t rows);
};

// Functions by operation and element type, NULL where there is none.
struct arete_elementwise_kernels {
    arete_unary_function (*unary)(arete_unary_operation operation, arete_element_type type);
    arete_softmax_function (*softmax)(arete_softmax_kind kind, arete_element_type type);
    arete_parametric_function (*parametric)(arete_parametric_operation operation, arete_element_type type);
    arete_pair_function (*float_pair)(arete_binary_operation operation);
    arete_cast_function (*cast)(arete_element_type from, arete_element_type to);
};

struct arete_reduce_kernels {
    arete_arg_function (*arg_extremum)(arete_element_type type);
    arete_reduce_function (*reduce)(arete_reduce_operation operation, arete_element_type type);
    arete_top_function (*top_k)(arete_element_type type);
};

/// Functions of images, by the signatures of the portable functions.
struct arete_image_kernels {
    void (*resize_bilinear)(const arete_quantized_resize *resize, const void *input, void *output, size_t begin,
                            size_t end, void *scratch);
    void (*average_pool)(const arete_quantized_pool *pool, const void *input, void *output, size_t begin, size_t end);
    void (*max_pool)(const arete_quantized_pool *pool, const void *input, void *output, size_t begin, size_t end);
    void (*resize_arg)(const arete_quantized_resize *resize, const arete_arg_plan *arg, const void *input, void *output,
                       size_t begin, size_t end, void *scratch);
    arete_pool_nd_function (*pool_nd)(arete_pool_kind kind, arete_element_type type);
};

/// One function pointer per kernel; instruction sets replace entries of the scalar table.
struct arete_kernels {
    struct arete_conv_kernels conv;
    struct arete_packed_conv_kernels packed;
    struct arete_matmul_kernels matmul;
    struct arete_conversion_kernels conversion;
    struct arete_quantized_kernels quantized;
    struct arete_recurrent_kernels recurrent;
    struct arete_layout_kernels layout;
    struct arete_elementwise_kernels elementwise;
    struct arete_reduce_kernels reduce;
    struct arete_image_kernels image;
};

/// The portable kernels, whose bits every other table has to match.
ARETE_AT_LOAD const struct arete_kernels *arete_kernels_scalar(void);

/// Fills `kernels` with the best that instruction set `isa` has. False when it is not available here.
ARETE_AT_LOAD bool arete_kernels_fill(arete_isa isa, struct arete_kernels *kernels);
