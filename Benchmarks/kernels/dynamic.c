// Floats whose scales are found as a model runs, and sums that become floats. range: "COUNT"; dynamic: "FORM ROWS
// COUNT" (symmetric, asymmetric, fast, uint8), rows with scales of their own; dynamic-whole: "FORM COUNT", one scale
// that is known; dynamic-real: "ORDER ROWS CHANNELS" (product, sequential, fused, blocked), sums to floats;
// dynamic-finish: the same of activations that have a zero point.
#include "bench.h"

static const bench_word forms[] = {{"symmetric", ARETE_DYNAMIC_SYMMETRIC},
                                   {"asymmetric", ARETE_DYNAMIC_ASYMMETRIC},
                                   {"fast", ARETE_DYNAMIC_FAST},
                                   {"uint8", ARETE_DYNAMIC_UINT8},
                                   {NULL, 0}};

typedef struct {
    arete_dynamic_form form;
    size_t rows, count;
} dynamic_form;

static void compute_dynamic(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const dynamic_form *f = work->form;
    kernels->conversion.dynamic_quantize_rows(f->form, f->form != ARETE_DYNAMIC_UINT8, work->inputs[0], f->rows,
                                              f->count, output,
                                              (uint8_t *)output + f->rows * sizeof(arete_dynamic_scale));
}

bool bench_dynamic(const char *line, const bench_set *sets, size_t count) {
    char name[12];
    int kind;
    dynamic_form form;
    if (sscanf(line, "%11s %zu %zu", name, &form.rows, &form.count) != 3 || !bench_find(forms, name, &kind) ||
        form.rows * form.count == 0) {
        return false;
    }
    form.form = (arete_dynamic_form)kind;
    bench_work work = {
        .compute = compute_dynamic, .entry = BENCH_ENTRY(conversion.dynamic_quantize_rows), .form = &form};
    snprintf(work.name, sizeof work.name, "dynamic %s %zux%zu", name, form.rows, form.count);
    work.elements = form.rows * form.count;
    work.input_bytes = work.elements * sizeof(float);
    work.output_bytes = form.rows * sizeof(arete_dynamic_scale) + work.elements;
    work.inputs[0] = bench_elements(ARETE_FLOAT32, work.elements, 1);
    return bench_report(&work, sets, count);
}

static void compute_range(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    float *bounds = output;
    bounds[0] = bounds[1] = 0;
    kernels->conversion.range(work->inputs[0], work->elements, &bounds[0], &bounds[1]);
}

bool bench_range(const char *line, const bench_set *sets, size_t count) {
    bench_work work = {.compute = compute_range, .entry = BENCH_ENTRY(conversion.range)};
    if (sscanf(line, "%zu", &work.elements) != 1 || work.elements == 0) {
        return false;
    }
    snprintf(work.name, sizeof work.name, "range %zu", work.elements);
    work.input_bytes = work.elements * sizeof(float);
    work.output_bytes = 2 * sizeof(float);
    work.inputs[0] = bench_elements(ARETE_FLOAT32, work.elements, 1);
    return bench_report(&work, sets, count);
}

static void compute_whole(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const arete_dynamic_form form = *(const arete_dynamic_form *)work->form;
    const float low = -8, high = 8;
    kernels->conversion.dynamic_quantize(form, arete_dynamic_scale_of(form, low, high), low, high, work->inputs[0],
                                         work->elements, output);
}

bool bench_dynamic_whole(const char *line, const bench_set *sets, size_t count) {
    char name[12];
    int kind;
    bench_work work = {.compute = compute_whole, .entry = BENCH_ENTRY(conversion.dynamic_quantize)};
    if (sscanf(line, "%11s %zu", name, &work.elements) != 2 || !bench_find(forms, name, &kind) || work.elements == 0) {
        return false;
    }
    const arete_dynamic_form form = (arete_dynamic_form)kind;
    work.form = &form;
    snprintf(work.name, sizeof work.name, "dynamic-whole %s %zu", name, work.elements);
    work.input_bytes = work.elements * sizeof(float);
    work.output_bytes = work.elements;
    work.inputs[0] = bench_elements(ARETE_FLOAT32, work.elements, 1);
    return bench_report(&work, sets, count);
}

typedef struct {
    arete_dynamic_finish finish;
    size_t rows, channels;
} real_form;

static void compute_real(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const real_form *f = work->form;
    kernels->conversion.dynamic_dequantize(&f->finish.output, 0.01f, work->inputs[0], f->rows, f->channels, output);
}

static void compute_finish(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const real_form *f = work->form;
    kernels->conversion.dynamic_finish(&f->finish, work->inputs[0], f->channels, 0, f->rows, 0, f->channels, output,
                                       f->channels);
}

static bool bench_reals(const char *line, const bench_set *sets, size_t count, bool finishes) {
    static const bench_word orders[] = {{"product", ARETE_DYNAMIC_PRODUCT},
                                        {"sequential", ARETE_DYNAMIC_SEQUENTIAL},
                                        {"fused", ARETE_DYNAMIC_FUSED},
                                        {"blocked", ARETE_DYNAMIC_BLOCKED},
                                        {NULL, 0}};
    char name[12];
    int order;
    real_form form = {0};
    if (sscanf(line, "%11s %zu %zu", name, &form.rows, &form.channels) != 3 || !bench_find(orders, name, &order) ||
        form.rows * form.channels == 0) {
        return false;
    }
    bench_work work = {.compute = finishes ? compute_finish : compute_real, .form = &form};
    work.entry = finishes ? BENCH_ENTRY(conversion.dynamic_finish) : BENCH_ENTRY(conversion.dynamic_dequantize);
    snprintf(work.name, sizeof work.name, "dynamic-%s %s %zux%zu", finishes ? "finish" : "real", name, form.rows,
             form.channels);
    work.elements = form.rows * form.channels;
    work.input_bytes = work.output_bytes = work.elements * sizeof(float);
    int32_t *sums = work.inputs[0] = bench_elements(ARETE_INT32, work.elements, 1);
    for (size_t i = 0; i < work.elements; i++) {
        sums[i] /= 1 << 14; // as large as those of a deep layer
    }
    float *scales = work.inputs[1] = bench_elements(ARETE_FLOAT32, 2 * form.channels, 2);
    int32_t *weight_sums = work.inputs[2] = bench_memory(form.channels * sizeof *weight_sums);
    for (size_t c = 0; c < form.channels; c++) {
        weight_sums[c] = (int32_t)(c % 100) - 50;
    }
    arete_dynamic_scale *activations = work.inputs[3] = bench_memory(form.rows * sizeof *activations);
    for (size_t r = 0; r < form.rows; r++) {
        activations[r] = (arete_dynamic_scale){0.01f + 0.001f * (float)(r % 7), (int32_t)(r % 9)};
    }
    form.finish = (arete_dynamic_finish){.output = {.weight_scales = scales,
                                                    .step = 1,
                                                    .bias = scales + form.channels,
                                                    .order = (arete_dynamic_order)order,
                                                    .minimum = 0,
                                                    .maximum = 6},
                                         .weight_sums = weight_sums,
                                         .scales = activations,
                                         .pixels = 1};
    return bench_report(&work, sets, count);
}

bool bench_dynamic_real(const char *line, const bench_set *sets, size_t count) {
    return bench_reals(line, sets, count, false);
}

bool bench_dynamic_finish(const char *line, const bench_set *sets, size_t count) {
    return bench_reals(line, sets, count, true);
}
