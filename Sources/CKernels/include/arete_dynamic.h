// Dynamic-range quantization: float activations quantized at run time, and integer sums turned back into floats.
#pragma once
#include "arete_types.h"

/// How the range of the values becomes a scale and a zero point.
typedef enum {
    ARETE_DYNAMIC_SYMMETRIC = 0,  // int8, zero point 0, -127...127; rounds ties away from zero
    ARETE_DYNAMIC_ASYMMETRIC = 1, // int8, range worked out in double precision; rounds ties away from zero
    ARETE_DYNAMIC_FAST = 2,       // int8, range worked out in single precision; rounds ties to even
    ARETE_DYNAMIC_UINT8 = 3,      // uint8 as ONNX's DynamicQuantizeLinear; rounds ties to even
} arete_dynamic_form;

typedef struct {
    float scale;
    int32_t zero_point;
} arete_dynamic_scale;

/// Least and greatest of `count` values and 0, joined to `minimum` and `maximum`; NaN is passed over.
void arete_f32_range(const float *restrict values, size_t count, float *restrict minimum, float *restrict maximum);

/// Scale and zero point of a range that contains 0.
arete_dynamic_scale arete_dynamic_scale_of(arete_dynamic_form form, float minimum, float maximum);

/// Quantizes `count` values of that range with that scale.
void arete_dynamic_quantize(arete_dynamic_form form, arete_dynamic_scale scale, float minimum, float maximum,
                            const float *restrict values, size_t count, void *restrict output);

/// Quantizes each of `rows` rows of `count` values by its own range. Signed bytes become unsigned ones, plus 128, where
/// `plus_128`; their scales stay those of the signed ones.
void arete_dynamic_quantize_rows(arete_dynamic_form form, bool plus_128, const float *restrict values, size_t rows,
                                 size_t count, arete_dynamic_scale *restrict scales, uint8_t *restrict output);

/// How a sum, the weights' scale w, the activations' scale a and the bias b become a float.
typedef enum {
    ARETE_DYNAMIC_PRODUCT = 0,    // sum * (w * a) + b
    ARETE_DYNAMIC_SEQUENTIAL = 1, // sum * w * a + b
    ARETE_DYNAMIC_FUSED = 2,      // fused multiply-add of sum * a, w and b
    ARETE_DYNAMIC_BLOCKED = 3,    // sequential in whole groups of four channels, sum * a * w + b in the rest
} arete_dynamic_order;

typedef struct {
    const float *weight_scales;
    size_t step;       // 1: one weight scale per channel; 0: one for all
    const float *bias; // NULL: none
    arete_dynamic_order order;
    float minimum, maximum; // fused activation; infinities for none
} arete_dynamic_output;

/// Turns `rows` rows of `channels` sums into floats; `sums` and `output` may be the same memory.
void arete_dynamic_dequantize(const arete_dynamic_output *form, float activation_scale, const int32_t *sums,
                              size_t rows, size_t channels, float *output);

/// How the sums of a layer with constant weights become floats where its activations were quantized at run time.
typedef struct {
    arete_dynamic_output output;       // without weight scales: sums stay integers, only corrected
    const int32_t *weight_sums;        // of each channel's weights; they are what a zero point is multiplied by
    const arete_dynamic_scale *scales; // of the activations: one for each `pixels` pixels of results
    size_t pixels;
} arete_dynamic_finish;

/// Results of `count` channels from `first` on, of `rows` pixels from `pixel` on, whose sums lie `sum_stride` apart and
/// were made of activations that are not less their zero point. Four bytes each, `output_stride` elements apart.
void arete_dynamic_finish_rows(const arete_dynamic_finish *finish, const int32_t *sums, size_t sum_stride, size_t pixel,
                               size_t rows, size_t first, size_t count, void *output, size_t output_stride);
