// Packed depthwise convolutions: "HEIGHT WIDTH CHANNELS KERNEL STRIDE DILATION TYPE", zero points all over, same
// padding.
#include "bench.h"
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
                          const void *weights, const int32_t *bias, size_t outputs) {
    packed_run r = {*layer, kernel, input, NULL, NULL, NULL};
    r.packed = bench_memory(kernel->packed_bytes(layer));
    r.scratch = bench_memory(kernel->scratch_bytes(layer));
    r.output = bench_memory(outputs);
    kernel->pack(layer, weights, bias, r.packed);
    return r;
}

bool bench_depthwise(const char *line, const bench_set *sets, size_t count) {
    arete_packed_conv layer = {0};
    arete_window *w = &layer.conv.window;
    size_t kernel, stride, dilation;
    char type[4];
    if (sscanf(line, "%zu %zu %zu %zu %zu %zu %3s", &w->input_height, &w->input_width, &w->input_channels, &kernel,
               &stride, &dilation, type) != 7 ||
        w->input_height * w->input_width * w->input_channels * kernel * stride * dilation == 0) {
        return false;
    }
    const bool is_signed = strcmp(type, "s8") == 0;
    w->batch = 1;
    w->kernel_height = w->kernel_width = kernel;
    w->stride_height = w->stride_width = stride;
    w->dilation_height = w->dilation_width = dilation;
    w->pad_top = w->pad_left = (ptrdiff_t)((kernel - 1) * dilation / 2);
    w->output_height = (w->input_height + stride - 1) / stride;
    w->output_width = (w->input_width + stride - 1) / stride;
    w->output_channels = layer.input_stride = layer.output_stride = w->input_channels;
    layer.output_row_stride = w->output_width * layer.output_stride;
    layer.output_image_stride = w->output_height * layer.output_row_stride;
    layer.input = is_signed ? ARETE_INT8 : ARETE_UINT8;
    layer.weights = ARETE_INT8;
    layer.conv.groups = w->input_channels;
    layer.conv.input_zero_point = is_signed ? -3 : 120;

    const size_t channels = w->output_channels, pixels = w->output_height * w->output_width;
    const size_t inputs = w->input_height * w->input_width * channels, outputs = pixels * channels;
    const size_t taps = kernel * kernel;
    float *scales = bench_memory(channels * sizeof *scales);
    for (size_t c = 0; c < channels; c++) {
        scales[c] = 1.0f / (float)(200 * taps) + 1e-5f * (float)c / (float)channels;
    }
    layer.conv.requantization = (arete_requantization){.scale = scales,
                                                       .step = 1,
                                                       .rounding = ARETE_ROUND_FLOAT,
                                                       .output = layer.input,
                                                       .zero_point = is_signed ? 4 : 130,
                                                       .minimum = arete_type_minimum(layer.input),
                                                       .maximum = arete_type_maximum(layer.input)};
    uint8_t *input = bench_memory(inputs), *weights = bench_memory(taps * channels), *expected = bench_memory(outputs);
    int32_t *bias = bench_memory(channels * sizeof *bias);
    bench_fill(input, inputs, 1);
    bench_fill(weights, taps * channels, 2);
    void *scratch = bench_memory(arete_depthwise_scratch(&layer.conv));
    const struct arete_conv_entries *entries = &arete_kernels_scalar()->conv.depthwise;
    (is_signed ? entries->s8 : entries->u8s8)(&layer.conv, input, weights, bias, expected, 0, pixels, scratch);

    packed_run prepared[ARETE_ISA_COUNT];
    bench_run runs[ARETE_ISA_COUNT];
    double seconds[ARETE_ISA_COUNT];
    const char *names[ARETE_ISA_COUNT];
    size_t taken = 0;
    for (size_t i = 0; i < count; i++) {
        const arete_packed_conv_kernel *k = &sets[i].kernels.packed.depthwise;
        // A set that has no kernel of its own shows that of the set below it.
        if (k->run != NULL && k->takes(&layer) && (taken == 0 || prepared[taken - 1].kernel->run != k->run)) {
            names[taken] = sets[i].name;
            prepared[taken] = prepare(&layer, k, input, weights, bias, outputs);
            runs[taken] = (bench_run){compute, &prepared[taken]};
            taken++;
        }
    }
    bench_time(runs, taken, seconds);
    bool good = taken != 0;
    for (size_t i = 0; i < taken; i++) {
        const bool same = memcmp(prepared[i].output, expected, outputs) == 0;
        printf(
            "depthwise %4zu x %4zu x %4zu  %zux%zu s%zu d%zu %s  %-10s %8.1f us  %5.2f G outputs/s  %6.1f GMAC/s%s\n",
            w->input_height, w->input_width, channels, kernel, kernel, stride, dilation, type, names[i],
            seconds[i] * 1e6, (double)outputs / seconds[i] * 1e-9, (double)(outputs * taps) / seconds[i] * 1e-9,
            same ? "" : "  DIFFERS");
        good = good && same;
        free(prepared[i].packed);
        free(prepared[i].scratch);
        free(prepared[i].output);
    }
    free(scratch);
    free(bias);
    free(expected);
    free(weights);
    free(input);
    free(scales);
    return good;
}
