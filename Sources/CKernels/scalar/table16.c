// Tables of 16-bit functions: 512 steps with interpolation between them.
#include "table16.h"
#include "arete_table.h"

#include <math.h>

// Half of the error that interpolation makes in the middle of a step is taken off the step's entry.
#define DEFINE_SAMPLE(NAME, REAL, FUNCTION, ROUND)                                                                     \
    static int16_t NAME##_entry(REAL x) {                                                                              \
        return (int16_t)(x > INT16_MIN ? x < INT16_MAX ? x : INT16_MAX : INT16_MIN);                                   \
    }                                                                                                                  \
    void NAME(FUNCTION function, const void *context, REAL input_scale, int32_t input_zero_point, REAL output_scale,   \
              int32_t output_zero_point, int16_t table[513]) {                                                         \
        const REAL low = input_scale * (REAL)(INT16_MIN - input_zero_point);                                           \
        const REAL high = input_scale * (REAL)(INT16_MAX - input_zero_point);                                          \
        const REAL output_low = output_scale * (REAL)(INT16_MIN - output_zero_point);                                  \
        const REAL output_high = output_scale * (REAL)(INT16_MAX - output_zero_point);                                 \
        const REAL step = (high - low) / 512, half = step / 2, scale = (REAL)65536 / (output_high - output_low);       \
        for (int i = 0; i < 512; i++) {                                                                                \
            const REAL at = low + (REAL)i * step;                                                                      \
            const REAL sample = ROUND(function(context, at) * scale);                                                  \
            const REAL middle = ROUND(function(context, at + half) * scale);                                           \
            const REAL next = function(context, low + (REAL)(i + 1) * step) * scale;                                   \
            const REAL error = ROUND((next + sample) / 2) - middle;                                                    \
            table[i] = NAME##_entry(sample - ROUND(error / 2));                                                        \
        }                                                                                                              \
        table[512] = NAME##_entry(ROUND(function(context, high) * scale));                                             \
    }

DEFINE_SAMPLE(arete_table16_sample_f32, float, arete_function_f32, roundf)
DEFINE_SAMPLE(arete_table16_sample_f64, double, arete_function_f64, round)

int16_t arete_table16_value(const int16_t table[513], int16_t x) {
    const int32_t index = 256 + (x >> 7), offset = x & 127;
    const int32_t slope = (int16_t)(table[index + 1] - table[index]);
    return (int16_t)(table[index] + ((slope * offset + 64) >> 7));
}

static float exponential(const void *context, float x) {
    (void)context;
    return expf(x);
}

static float logarithm(const void *context, float x) {
    const arete_affine *output = context;
    return x <= 0 ? (float)(INT16_MIN - output->zero_point) * output->scale : logf(x);
}

static float inverse_root(const void *context, float x) {
    const arete_affine *output = context;
    return x <= 0 ? INT16_MAX * output->scale : 1.0f / sqrtf(x);
}

static float gelu(const void *context, float x) {
    (void)context;
    return 0.5f * x * (1 + erff(x * 0.70710678118654752440f));
}

static float gelu_tanh(const void *context, float x) {
    (void)context;
    const float cube = 0.044715f * x * x * x;
    return 0.5f * x * (1 + tanhf(0.79788456080286535588f * (x + cube)));
}

bool arete_table16_fill(const arete_table_form *form, int16_t table[513]) {
    arete_function_f32 function = 0;
    switch (form->function) {
    case ARETE_TABLE_EXP:
        function = exponential;
        break;
    case ARETE_TABLE_LOG:
        function = logarithm;
        break;
    case ARETE_TABLE_RSQRT:
        function = inverse_root;
        break;
    case ARETE_TABLE_GELU:
        function = gelu;
        break;
    case ARETE_TABLE_GELU_TANH:
        function = gelu_tanh;
        break;
    default:
        return false;
    }
    if (form->input_type != ARETE_INT16 || form->output_type != ARETE_INT16 || !(form->input.scale > 0) ||
        !(form->output.scale > 0)) {
        return false;
    }
    arete_table16_sample_f32(function, &form->output, form->input.scale, form->input.zero_point, form->output.scale,
                             form->output.zero_point, table);
    return true;
}

void arete_table16_apply(const int16_t table[513], const int16_t *input, size_t count, int16_t *output) {
    for (size_t i = 0; i < count; i++) {
        output[i] = arete_table16_value(table, input[i]);
    }
}
