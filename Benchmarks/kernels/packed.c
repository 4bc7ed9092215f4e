// Packed convolutions. Depthwise: "HEIGHT WIDTH CHANNELS KERNEL STRIDE DILATION TYPE"; dense: "HEIGHT WIDTH CHANNELS
// OUTPUTS KERNEL STRIDE TYPE"; winograd: the same, kernels of 3 and strides of 1, of bytes and floats. Types are u8 and
// s8; s16, 16-bit activations scaled in floats; w16, the same with 64-bit biases in fixed point; f32, which sum in an
// order of their own and are compared within a bound; and dyn, bytes that were quantized as a model runs, whose sums
// become floats. Zero points everywhere but in w16, same padding.
#include "bench.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    arete_packed_conv layer;
    const arete_packed_conv_kernel *kernel;
    const void *input;
    void *packed, *output, *scratch;
} packed_run;

static void compute(void *context) {
    packed_run *r = context;
    r->kernel->run(&r->layer, r->input, r->packed, r->output, 0, r->kernel->units(&r->layer), r->scratch);
}

static packed_run prepare(const arete_packed_conv *layer, const arete_packed_conv_kernel *kernel, const void *input,
                          const void *weights, const int32_t *bias, size_t output_bytes) {
    packed_run r = {*layer, kernel, input, NULL, NULL, NULL};
    r.packed = bench_memory(kernel->packed_bytes(layer));
    r.scratch = bench_memory(kernel->scratch_bytes(layer));
    r.output = bench_memory(output_bytes);
    kernel->pack(layer, weights, layer->wide ? NULL : bias, r.packed);
    return r;
}

// What a line says of a layer.
typedef struct {
    enum { DENSE, DEPTHWISE, WINOGRAD } family;
    size_t height, width, inputs, outputs, kernel, stride, dilation;
    char type[4];
} shape;

static bool is_depthwise(const shape *s) { return s->family == DEPTHWISE; }

// What the layers of a type are made of.
typedef struct {
    const char *name;
    arete_element_type input;
    arete_rounding rounding;
    bool wide;
    int32_t input_zero, zero;
    bool dynamic;
} shape_type;

static const shape_type types[] = {{"u8", ARETE_UINT8, ARETE_ROUND_FLOAT, false, 120, 130, false},
                                   {"s8", ARETE_INT8, ARETE_ROUND_FLOAT, false, -3, 4, false},
                                   {"s16", ARETE_INT16, ARETE_ROUND_FLOAT, false, 100, -70, false},
                                   {"w16", ARETE_INT16, ARETE_ROUND_FIXED, true, 0, 0, false},
                                   {"f32", ARETE_FLOAT32, ARETE_ROUND_FLOAT, false, 0, 0, false},
                                   {"dyn", ARETE_UINT8, ARETE_ROUND_FLOAT, false, 0, 0, true}};

static const shape_type *type_of(const shape *s) {
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strcmp(s->type, types[i].name) == 0) {
            return &types[i];
        }
    }
    return NULL;
}

static void compute_floats(const shape *s, const arete_window *w, const void *input, const void *weights,
                           const void *bias, void *output) {
    arete_float_conv_plan plan = {.batch = 1,
                                  .x_channels = w->input_channels,
                                  .y_channels = w->output_channels,
                                  .groups = is_depthwise(s) ? w->input_channels : 1,
                                  .channels_last = true};
    arete_stencil_begin(&plan.stencil);
    arete_stencil_set(&plan.stencil, 2, 0, w->input_height, w->output_height, w->kernel_height, w->stride_height,
                      w->dilation_height, w->pad_top, 0);
    arete_stencil_set(&plan.stencil, 2, 1, w->input_width, w->output_width, w->kernel_width, w->stride_width,
                      w->dilation_width, w->pad_left, 0);
    if (is_depthwise(s)) {
        arete_depthwise_float(ARETE_FLOAT32)(&plan, input, weights, bias, output, 0,
                                             arete_depthwise_float_units(&plan));
    } else {
        arete_direct_conv(ARETE_FLOAT32)(&plan, input, weights, bias, output, 0, arete_direct_conv_units(&plan));
    }
}

// Whether floats differ by less than rounding does: 2^-16 of the greatest.
static bool are_near(const float *a, const float *b, size_t count) {
    float greatest = 0, difference = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(a[i]) || !isfinite(b[i])) {
            return false;
        }
        greatest = fmaxf(greatest, fabsf(b[i]));
        difference = fmaxf(difference, fabsf(a[i] - b[i]));
    }
    return difference <= greatest * 0x1p-16f;
}

static const arete_packed_conv_kernel *kernel_of(const struct arete_packed_conv_kernels *packed, const shape *s,
                                                 arete_element_type type) {
    if (s->family == WINOGRAD) {
        return type == ARETE_FLOAT32 ? &packed->winograd : &packed->winograd_byte;
    }
    switch (type) {
    case ARETE_FLOAT32:
        return is_depthwise(s) ? &packed->depthwise_float : &packed->dense_float;
    case ARETE_INT16:
        return is_depthwise(s) ? &packed->depthwise_word : &packed->dense_word;
    default:
        return is_depthwise(s) ? &packed->depthwise : &packed->dense;
    }
}

static void compute_portably(const shape *s, const shape_type *type, const arete_packed_conv *layer, const void *input,
                             const void *weights, const int32_t *bias, void *output, size_t pixels) {
    if (type->input == ARETE_FLOAT32) {
        compute_floats(s, &layer->conv.window, input, weights, bias, output);
        return;
    }
    const struct arete_conv_kernels *scalar = &arete_kernels_scalar()->conv;
    const struct arete_conv_entries *entries = is_depthwise(s) ? &scalar->depthwise : &scalar->conv2d;
    void *scratch =
        bench_memory(is_depthwise(s) ? arete_depthwise_scratch(&layer->conv) : arete_conv2d_scratch(&layer->conv));
    if (type->wide) {
        entries->s16_wide(&layer->conv, input, weights, layer->wide_bias, output, 0, pixels, scratch);
    } else {
        (type->input == ARETE_INT16  ? entries->s16
         : type->input == ARETE_INT8 ? entries->s8
                                     : entries->u8s8)(&layer->conv, input, weights, bias, output, 0, pixels, scratch);
    }
    free(scratch);
}

// What makes floats of the sums of a layer whose activations have this zero point.
typedef struct {
    arete_dynamic_finish finish;
    arete_dynamic_scale activation;
} dynamic_layer;

static void make_dynamic(dynamic_layer *d, const float *scales, const int8_t *weights, size_t taps, size_t pixels,
                         size_t channels, bool taps_outside, int32_t *weight_sums) {
    for (size_t i = 0; i < taps * channels; i++) {
        weight_sums[taps_outside ? i % channels : i / taps] += weights[i];
    }
    d->activation = (arete_dynamic_scale){0.02f, 117};
    d->finish = (arete_dynamic_finish){.output = {.weight_scales = scales,
                                                  .step = 1,
                                                  .bias = scales,
                                                  .order = ARETE_DYNAMIC_FUSED,
                                                  .minimum = 0,
                                                  .maximum = 6},
                                       .weight_sums = weight_sums,
                                       .scales = &d->activation,
                                       .pixels = pixels};
}

// Sums less the zero point, of which the portable kernel then makes floats in place.
static void compute_dynamic_portably(const shape *s, const shape_type *type, const arete_packed_conv *layer,
                                     const dynamic_layer *dynamic, const void *input, const void *weights, void *output,
                                     size_t pixels) {
    arete_packed_conv plain = *layer;
    plain.dynamic = NULL;
    plain.conv.input_zero_point = dynamic->activation.zero_point;
    const size_t channels = layer->conv.window.output_channels, count = pixels * channels;
    int32_t *sums = bench_memory(count * sizeof *sums);
    compute_portably(s, type, &plain, input, weights, NULL, sums, pixels);
    const arete_dynamic_scale scale = {dynamic->activation.scale, 0};
    arete_dynamic_finish finish = dynamic->finish;
    finish.scales = &scale;
    arete_dynamic_finish_rows(&finish, sums, channels, 0, pixels, 0, channels, output, channels);
    free(sums);
}

static bool bench_packed(const shape *s, const bench_set *sets, size_t count) {
    arete_packed_conv layer = {0};
    arete_window *w = &layer.conv.window;
    const size_t kernel = s->kernel, stride = s->stride, dilation = s->dilation;
    const shape_type *type = type_of(s);
    w->input_height = s->height;
    w->input_width = s->width;
    w->input_channels = s->inputs;
    w->output_channels = s->outputs;
    if (s->height * s->width * s->inputs * s->outputs * kernel * stride * dilation == 0 || type == NULL) {
        return false;
    }
    const bool floats = type->input == ARETE_FLOAT32;
    if (s->family == WINOGRAD && type->input == ARETE_INT16) {
        return false;
    }
    const size_t element = floats ? sizeof(float) : type->input == ARETE_INT16 ? 2 : 1;
    const size_t output_element = type->dynamic ? sizeof(float) : element;
    w->batch = 1;
    w->kernel_height = w->kernel_width = kernel;
    w->stride_height = w->stride_width = stride;
    w->dilation_height = w->dilation_width = dilation;
    w->pad_top = w->pad_left = (ptrdiff_t)((kernel - 1) * dilation / 2);
    w->output_height = (w->input_height + stride - 1) / stride;
    w->output_width = (w->input_width + stride - 1) / stride;
    layer.input_stride = w->input_channels * element;
    layer.output_stride = w->output_channels;
    layer.output_row_stride = w->output_width * layer.output_stride;
    layer.output_image_stride = w->output_height * layer.output_row_stride;
    layer.input = type->input;
    layer.weights = floats ? ARETE_FLOAT32 : ARETE_INT8;
    layer.low = -INFINITY;
    layer.high = INFINITY;
    layer.wide = type->wide;
    layer.conv.groups = is_depthwise(s) ? w->input_channels : 1;
    layer.conv.input_zero_point = type->input_zero;

    const size_t channels = w->output_channels, pixels = w->output_height * w->output_width;
    const size_t inputs = w->input_height * w->input_width * w->input_channels, outputs = pixels * channels;
    const size_t taps = kernel * kernel * (is_depthwise(s) ? 1 : w->input_channels);
    float *scales = bench_memory(channels * sizeof *scales);
    int32_t *multipliers = bench_memory(channels * sizeof *multipliers);
    int32_t *shifts = bench_memory(channels * sizeof *shifts);
    int64_t *wide_bias = bench_memory(channels * sizeof *wide_bias);
    for (size_t c = 0; c < channels; c++) {
        scales[c] = 1.0f / (float)(200 * taps) + 1e-5f * (float)c / (float)channels;
        arete_quantize_multiplier(scales[c], &multipliers[c], &shifts[c]);
        wide_bias[c] = (int64_t)c * 1000 - 5000;
    }
    layer.wide_bias = type->wide ? wide_bias : NULL;
    layer.conv.requantization = (arete_requantization){.scale = scales,
                                                       .multiplier = multipliers,
                                                       .shift = shifts,
                                                       .step = 1,
                                                       .rounding = type->rounding,
                                                       .output = type->dynamic ? ARETE_INT32 : layer.input,
                                                       .zero_point = type->zero,
                                                       .minimum = arete_type_minimum(layer.input),
                                                       .maximum = arete_type_maximum(layer.input)};
    void *input = bench_elements(type->input, inputs, 1);
    void *weights = bench_elements(layer.weights, taps * channels, 2);
    void *expected = bench_memory(outputs * output_element);
    int32_t *bias = bench_memory(channels * sizeof *bias); // or of a dynamic layer the sums of its weights
    dynamic_layer dynamic;
    if (type->dynamic) {
        make_dynamic(&dynamic, scales, weights, taps, pixels, channels, is_depthwise(s), bias);
        layer.dynamic = &dynamic.finish;
        compute_dynamic_portably(s, type, &layer, &dynamic, input, weights, expected, pixels);
    } else {
        compute_portably(s, type, &layer, input, weights, bias, expected, pixels);
    }

    packed_run prepared[ARETE_ISA_COUNT];
    bench_run runs[ARETE_ISA_COUNT];
    double seconds[ARETE_ISA_COUNT];
    const char *names[ARETE_ISA_COUNT];
    size_t taken = 0;
    for (size_t i = 0; i < count; i++) {
        const arete_packed_conv_kernel *k = kernel_of(&sets[i].kernels.packed, s, type->input);
        // A set that has no kernel of its own shows that of the set below it.
        if (k->run != NULL && k->takes(&layer) && (taken == 0 || prepared[taken - 1].kernel->run != k->run)) {
            names[taken] = sets[i].name;
            prepared[taken] = prepare(&layer, k, input, weights, type->dynamic ? NULL : bias, outputs * output_element);
            runs[taken] = (bench_run){compute, &prepared[taken]};
            taken++;
        }
    }
    bench_time(runs, taken, seconds);
    // Only sets without a byte dot product have Winograd's form of bytes.
    bool good = taken != 0 || (s->family == WINOGRAD && !floats);
    for (size_t i = 0; i < taken; i++) {
        const bool same = floats ? are_near(prepared[i].output, expected, outputs)
                                 : memcmp(prepared[i].output, expected, outputs * output_element) == 0;
        char name[80];
        if (is_depthwise(s)) {
            snprintf(name, sizeof name, "depthwise %zux%zux%zu", s->height, s->width, channels);
        } else {
            snprintf(name, sizeof name, "%s %zux%zux%zu-%zu", s->family == WINOGRAD ? "winograd" : "dense", s->height,
                     s->width, s->inputs, channels);
        }
        printf("%-26s %zux%zu s%zu d%zu %s  %-10s %8.1f us  %5.2f G outputs/s  %6.1f GMAC/s%s\n", name, kernel, kernel,
               stride, dilation, s->type, names[i], seconds[i] * 1e6, (double)outputs / seconds[i] * 1e-9,
               (double)(outputs * taps) / seconds[i] * 1e-9, same ? "" : "  DIFFERS");
        good = good && same;
        free(prepared[i].packed);
        free(prepared[i].scratch);
        free(prepared[i].output);
    }
    free(bias);
    free(expected);
    free(weights);
    free(input);
    free(wide_bias);
    free(shifts);
    free(multipliers);
    free(scales);
    return good;
}

bool bench_depthwise(const char *line, const bench_set *sets, size_t count) {
    shape s = {.family = DEPTHWISE};
    const int found = sscanf(line, "%zu %zu %zu %zu %zu %zu %3s", &s.height, &s.width, &s.inputs, &s.kernel, &s.stride,
                             &s.dilation, s.type);
    s.outputs = s.inputs;
    return found == 7 && bench_packed(&s, sets, count);
}

static bool read_dense(shape *s, const char *line) {
    s->dilation = 1;
    return sscanf(line, "%zu %zu %zu %zu %zu %zu %3s", &s->height, &s->width, &s->inputs, &s->outputs, &s->kernel,
                  &s->stride, s->type) == 7;
}

bool bench_dense(const char *line, const bench_set *sets, size_t count) {
    shape s = {.family = DENSE};
    return read_dense(&s, line) && bench_packed(&s, sets, count);
}

bool bench_winograd(const char *line, const bench_set *sets, size_t count) {
    shape s = {.family = WINOGRAD};
    return read_dense(&s, line) && bench_packed(&s, sets, count);
}
