// One step of a float SVDF layer.
#include "recurrent_dot.h"

#include "svdf_f32_step.h"

size_t arete_f32_svdf_scratch(const arete_f32_svdf *svdf) { return svdf->filters * sizeof(float) + svdf->inputs + 64; }

void arete_f32_svdf_step(const arete_f32_svdf *svdf, const float *input, const void *features, const float *times,
                         const float *bias, float *state, float *output, void *scratch) {
    svdf_f32_step(svdf, input, features, times, bias, state, output, scratch);
}
