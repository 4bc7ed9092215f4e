// What the sets with vectors of their own for elementwise kernels have in common: one line a kernel, for all of them.
#pragma once
#include "elementwise.h"
#include "layout.h"
#include "lookup.h"
#include "product.h"
#include "quantize.h"
#include "quantized_binary.h"
#include "quantized_softmax.h"
#include "recurrent.h"
#include "reduce.h"
#include "requantize.h"
#include "tables.h"

#define ARETE_FILL_ELEMENTWISE(kernels, set)                                                                           \
    do {                                                                                                               \
        (kernels)->conversion = (struct arete_conversion_kernels){                                                     \
            .requantize_row = arete_requantize_row_##set,                                                              \
            .quantize = arete_quantize_##set,                                                                          \
            .dequantize = arete_dequantize_##set,                                                                      \
            .quantize_linear = arete_quantize_linear_##set,                                                            \
            .dequantize_linear = arete_dequantize_linear_##set,                                                        \
            .range = arete_f32_range_##set,                                                                            \
            .dynamic_quantize = arete_dynamic_quantize_##set,                                                          \
            .dynamic_quantize_rows = arete_dynamic_quantize_rows_##set,                                                \
            .dynamic_dequantize = arete_dynamic_dequantize_##set,                                                      \
            .dynamic_finish = arete_dynamic_finish_rows_##set,                                                         \
        };                                                                                                             \
        (kernels)->matmul.s8 = arete_s8_product_##set;                                                                 \
        (kernels)->matmul.u8 = arete_u8_product_##set;                                                                 \
        (kernels)->matmul.u8s8 = arete_u8s8_product_##set;                                                             \
        (kernels)->matmul.s8u8 = arete_s8u8_product_##set;                                                             \
        (kernels)->quantized.lstm_step = arete_s8_lstm_step_##set;                                                     \
        (kernels)->quantized.svdf_step = arete_s8_svdf_step_##set;                                                     \
        (kernels)->quantized.binary_rows = arete_quantized_binary_rows_##set;                                          \
        (kernels)->quantized.sum_rows = arete_quantized_sum_rows_##set;                                                \
        (kernels)->quantized.table = arete_table_apply_##set;                                                          \
        (kernels)->quantized.table16 = arete_table16_apply_##set;                                                      \
        (kernels)->quantized.word_logistic = arete_s16_logistic_##set;                                                 \
        (kernels)->quantized.word_tanh = arete_s16_tanh_##set;                                                         \
        (kernels)->quantized.compare_row = arete_quantized_compare_row_##set;                                          \
        (kernels)->quantized.reduce = arete_quantized_reduce_##set;                                                    \
        (kernels)->quantized.word_swish = arete_word_swish_row_##set;                                                  \
        (kernels)->quantized.softmax_rows = arete_quantized_softmax_rows_##set;                                        \
        (kernels)->quantized.log_softmax_rows = arete_quantized_log_softmax_rows_##set;                                \
        (kernels)->recurrent.lstm_step = arete_f32_lstm_step_##set;                                                    \
        (kernels)->recurrent.svdf_step = arete_f32_svdf_step_##set;                                                    \
        (kernels)->elementwise.unary = arete_unary_##set;                                                              \
        (kernels)->elementwise.softmax = arete_softmax_##set;                                                          \
        (kernels)->elementwise.parametric = arete_parametric_##set;                                                    \
        (kernels)->elementwise.float_pair = arete_float_pair_##set;                                                    \
        (kernels)->elementwise.cast = arete_cast_##set;                                                                \
        (kernels)->reduce.arg_extremum = arete_arg_extremum_##set;                                                     \
        (kernels)->reduce.reduce = arete_reduce_##set;                                                                 \
        (kernels)->reduce.top_k = arete_top_k_##set;                                                                   \
    } while (0)
