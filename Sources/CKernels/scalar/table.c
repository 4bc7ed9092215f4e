// The scalar entries of every kernel family: what runs where no faster one is known.
#include "arete_kernels.h"
#include "conv_entries.h"
#include "matmul_entries.h"

static const struct arete_kernels scalar_kernels = {
    .conv = {ARETE_CONV_ENTRIES(conv2d), ARETE_CONV_ENTRIES(depthwise), ARETE_CONV_ENTRIES(transpose_conv)},
    .matmul =
        {
            .s8 = arete_s8_fully_connected,
            .u8 = arete_u8_fully_connected,
            .u8s8 = arete_u8s8_fully_connected,
            .s8u8 = arete_s8u8_fully_connected,
            .s16 = arete_s16_fully_connected,
            .s16_wide = arete_s16_wide_fully_connected,
            .s16s16 = arete_s16s16_fully_connected,
        },
    .conversion =
        {
            .requantize_row = arete_requantize_row,
            .quantize = arete_quantize,
            .dequantize = arete_dequantize,
            .quantize_linear = arete_quantize_linear,
            .dequantize_linear = arete_dequantize_linear,
            .range = arete_f32_range,
            .dynamic_quantize = arete_dynamic_quantize,
            .dynamic_quantize_rows = arete_dynamic_quantize_rows,
            .dynamic_dequantize = arete_dynamic_dequantize,
            .dynamic_finish = arete_dynamic_finish_rows,
        },
    .quantized =
        {
            .binary_rows = arete_quantized_binary_rows,
            .sum_rows = arete_quantized_sum_rows,
            .table = arete_table_apply,
            .float_table = arete_float_table_apply,
            .expectation_rows = arete_expectation_rows,
            .table16 = arete_table16_apply,
            .word_logistic = arete_s16_logistic,
            .word_tanh = arete_s16_tanh,
            .compare_row = arete_quantized_compare_row,
            .reduce = arete_quantized_reduce,
            .word_swish = arete_word_swish_row,
            .softmax_rows = arete_quantized_softmax_rows,
            .log_softmax_rows = arete_quantized_log_softmax_rows,
            .lstm_step = arete_s8_lstm_step,
            .svdf_step = arete_s8_svdf_step,
        },
    .recurrent = {.lstm_step = arete_f32_lstm_step, .svdf_step = arete_f32_svdf_step},
    .layout = {.copy = arete_copy, .gather = arete_gather, .pad = arete_pad, .pick_rows = arete_pick_rows},
    .elementwise =
        {
            .unary = arete_unary,
            .softmax = arete_softmax,
            .parametric = arete_parametric,
            .float_pair = arete_float_pair,
            .cast = arete_cast,
        },
    .reduce = {.arg_extremum = arete_arg_extremum, .reduce = arete_reduce, .top_k = arete_top_k},
    .image =
        {
            .resize_bilinear = arete_quantized_resize_bilinear,
            .average_pool = arete_quantized_average_pool,
            .max_pool = arete_quantized_max_pool,
            .resize_arg = arete_resize_arg,
            .pool_nd = arete_pool_nd,
        },
};

const struct arete_kernels *arete_kernels_scalar(void) { return &scalar_kernels; }
