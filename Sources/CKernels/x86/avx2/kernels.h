// The kernels of this instruction set.
#pragma once
#include "arete_packed_conv.h"

extern const arete_packed_conv_kernel arete_avx2_dense_kernel;
extern const arete_packed_conv_kernel arete_avx2_depthwise_kernel;
extern const arete_packed_conv_kernel arete_avx2_dense_float_kernel;
extern const arete_packed_conv_kernel arete_avx2_dense_word_kernel;
extern const arete_packed_conv_kernel arete_avx2_depthwise_float_kernel;
extern const arete_packed_conv_kernel arete_avx2_depthwise_word_kernel;
