// Tables of 8-bit functions: by fixed-point multipliers, or by the real function between two quantizations.
#include "arete_requantize.h"
#include "arete_table.h"
#include "quantized_unary.h"

#include <math.h>

static bool is_byte(arete_element_type type) { return type == ARETE_INT8 || type == ARETE_UINT8; }

static bool covers_leaky_relu(const arete_table_form *form) {
    float positive = form->input.scale / form->output.scale, negative = positive * form->alpha;
    return form->alpha != 0 && positive >= 0x1p-8f && positive <= 0x1p7f && negative >= -127.99609375f &&
           negative <= 0x1p7f && fabsf(negative) >= 0x1p-8f;
}

// Rescaling within a type takes a multiplier of 8 fractional bits where that is enough.
static bool rescales_coarsely(const arete_table_form *form) {
    float ratio = form->input.scale / form->output.scale;
    return form->function == ARETE_TABLE_RESCALE && form->input_type == form->output_type && ratio >= 0x1p-8f &&
           ratio <= 0x1p7f;
}

bool arete_fast_table_covers(const arete_table_form *form) {
    if (!is_byte(form->input_type) || !is_byte(form->output_type)) {
        return false;
    }
    if (form->function == ARETE_TABLE_RESCALE) {
        return true;
    }
    if (form->input_type != form->output_type) {
        return false;
    }
    switch (form->function) {
    case ARETE_TABLE_LEAKY_RELU:
        return covers_leaky_relu(form);
    case ARETE_TABLE_LOGISTIC:
    case ARETE_TABLE_TANH:
        return true;
    case ARETE_TABLE_ELU:
        return form->input_type == ARETE_INT8;
    default:
        return false;
    }
}

static float gelu(float x) { return 0.5f * x * (1 + erff(x * 0.70710678118654752440f)); }

static float gelu_tanh(float x) {
    const float cube = 0.044715f * x * x * x;
    return 0.5f * x * (1 + tanhf(0.79788456080286535588f * (x + cube)));
}

// The real functions, each in the form whose single-precision rounding the tables have.
static float real_function(const arete_table_form *form, float x) {
    const float lowest = (float)(arete_type_minimum(form->output_type) - form->output.zero_point) * form->output.scale;
    switch (form->function) {
    case ARETE_TABLE_LOGISTIC:
        return 1.0f / (1.0f + expf(-x));
    case ARETE_TABLE_TANH:
        return tanhf(x);
    case ARETE_TABLE_ELU:
        return x < 0 ? expm1f(x) : x;
    case ARETE_TABLE_EXP:
        return expf(x);
    case ARETE_TABLE_LOG:
        return x <= 0 ? lowest : logf(x);
    case ARETE_TABLE_GELU:
        return gelu(x);
    default:
        return gelu_tanh(x);
    }
}

static float fast_function(const arete_table_form *form, float x) {
    if (form->function != ARETE_TABLE_LOGISTIC) {
        return real_function(form, x);
    }
    const double e = exp((double)x);
    return x > 100 ? 1 : x < -100 ? 0 : (float)(e / (1 + e));
}

static int32_t clamped(float x, arete_element_type type) {
    const float low = (float)arete_type_minimum(type), high = (float)arete_type_maximum(type);
    return (int32_t)(x > low ? x < high ? x : high : low);
}

// A concatenation multiplies by the quotient of the scales and adds the rescaled zero point.
static int32_t concatenated(const arete_table_form *form, int32_t x) {
    const float scale = form->input.scale * (1.0f / form->output.scale);
    const float bias = (float)-form->input.zero_point * scale;
    return clamped(roundf((float)x * scale + bias) + (float)form->output.zero_point, form->output_type);
}

static int32_t real_value(const arete_table_form *form, int32_t x) {
    if (form->function == ARETE_TABLE_CONCATENATE) {
        return concatenated(form, x);
    }
    const float inverse = 1.0f / form->output.scale, zero_point = (float)form->output.zero_point;
    const float offset = (float)(x - form->input.zero_point);
    if (form->arithmetic == ARETE_FAST) {
        return clamped(rintf(fast_function(form, offset * form->input.scale) * inverse + zero_point),
                       form->output_type);
    }
    const float y = real_function(form, form->input.scale * offset);
    return clamped(roundf(y * inverse) + zero_point, form->output_type);
}

// Multipliers of 8 fractional bits, ties upwards.
static int32_t fast_rescaled(const arete_table_form *form, int32_t x) {
    const float ratio = form->input.scale / form->output.scale;
    const int32_t offset = x - form->input.zero_point;
    const bool slope = form->function == ARETE_TABLE_LEAKY_RELU && offset < 0;
    const int32_t multiplier = (int32_t)rintf(256.0f * (slope ? ratio * form->alpha : ratio));
    const int32_t y = ((offset * multiplier + 128) >> 8) + form->output.zero_point;
    return arete_clamp(y, arete_type_minimum(form->output_type), arete_type_maximum(form->output_type));
}

static int32_t fast_upwards(const arete_unary_steps *steps, int32_t x) {
    const arete_table_form *form = &steps->form;
    const int32_t y = arete_multiply_fixed_up(x - form->input.zero_point, steps->multiplier, steps->shift);
    return arete_clamp(y + form->output.zero_point, steps->minimum, steps->maximum);
}

bool arete_table_fill(const arete_table_form *form, uint8_t table[256]) {
    arete_table_form f = *form;
    if (!is_byte(f.input_type) || !is_byte(f.output_type) || !(f.input.scale > 0) || !(f.output.scale > 0)) {
        return false;
    }
    if (f.arithmetic == ARETE_FAST && !arete_fast_table_covers(&f)) {
        f.arithmetic = ARETE_EXACT;
    }
    const bool fast = f.arithmetic == ARETE_FAST;
    const bool coarse = fast && (rescales_coarsely(&f) || f.function == ARETE_TABLE_LEAKY_RELU);
    const bool upwards = fast && !coarse && f.function == ARETE_TABLE_RESCALE;
    arete_unary_steps steps;
    const bool fixed = arete_unary_prepare(&f, &steps);
    const bool real =
        (f.function >= ARETE_TABLE_LOGISTIC && f.function <= ARETE_TABLE_LOG) || f.function >= ARETE_TABLE_GELU;
    if (!fixed && !real) {
        return false;
    }
    for (int32_t i = 0; i < 256; i++) {
        int32_t x = f.input_type == ARETE_INT8 ? (int8_t)i : i;
        int32_t y = coarse    ? fast_rescaled(&f, x)
                    : upwards ? fast_upwards(&steps, x)
                    : fixed   ? arete_unary_value(&steps, x)
                              : real_value(&f, x);
        table[i] = (uint8_t)y;
    }
    return true;
}

void arete_table_apply(const uint8_t table[256], const uint8_t *input, size_t input_pitch, uint8_t *output,
                       size_t output_pitch, size_t rows, size_t count) {
    for (size_t row = 0; row < rows; row++, input += input_pitch, output += output_pitch) {
        for (size_t i = 0; i < count; i++) output[i] = table[input[i]];
    }
}

void arete_float_table_apply(const float table[256], const uint8_t *restrict input, size_t count,
                             float *restrict output) {
    for (size_t i = 0; i < count; i++) output[i] = table[input[i]];
}
