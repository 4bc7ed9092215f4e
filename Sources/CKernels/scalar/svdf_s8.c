// One step of an integer SVDF layer.
#include "recurrent_dot.h"

#include "svdf_step.h"

void arete_s8_svdf_prepare(arete_s8_svdf *svdf, arete_affine input, float feature_scale, float state_scale,
                           float time_scale, arete_affine output) {
    const float feature = input.scale * feature_scale / state_scale;
    const float time = state_scale * time_scale / output.scale;
    svdf->input_zero_point = input.zero_point;
    svdf->output_zero_point = output.zero_point;
    arete_quantize_multiplier(feature, &svdf->feature_multiplier, &svdf->feature_shift);
    arete_quantize_multiplier(time, &svdf->time_multiplier, &svdf->time_shift);
}

void arete_s8_svdf_step(const arete_s8_svdf *svdf, const int8_t *input, const int8_t *features, const int16_t *times,
                        const int32_t *bias, int16_t *state, int8_t *output) {
    svdf_step(svdf, input, features, times, bias, state, output);
}
