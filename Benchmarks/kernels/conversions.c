// Between sums, floats and quantized values. quantize: "ROUNDING TYPE COUNT" (divide-away, divide-even, multiply-even,
// multiply-away), or "channels TYPE CHANNELS COUNT" with a scale a channel ("innermost": channels follow each other);
// dequantize: "whole TYPE COUNT", or channels as before; requantize: "ROUNDING TYPE ROWS CHANNELS" (float, fixed,
// fixed-up, double).
#include "bench.h"

enum { CHANNELS = -1, WHOLE = -2, INNERMOST = -3 };

static bool has_channels(int way) { return way == CHANNELS || way == INNERMOST; }

typedef struct {
    int way;
    arete_element_type type;
    arete_affine affine;
    arete_linear_plan plan;
    arete_requantization requantization;
    size_t rows, channels, count;
} conversion_form;

static void compute_quantize(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const conversion_form *f = work->form;
    const struct arete_conversion_kernels *k = &kernels->conversion;
    if (has_channels(f->way)) {
        k->quantize_linear(&f->plan, work->inputs[0], work->inputs[1], work->inputs[2], f->type, output, 0,
                           work->elements);
    } else {
        k->quantize((arete_quantize_rounding)f->way, f->affine, f->type, work->inputs[0], work->elements, output);
    }
}

static void compute_dequantize(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const conversion_form *f = work->form;
    const struct arete_conversion_kernels *k = &kernels->conversion;
    if (has_channels(f->way)) {
        k->dequantize_linear(&f->plan, f->type, work->inputs[0], work->inputs[1], work->inputs[2], output, 0,
                             work->elements);
    } else {
        k->dequantize(f->affine, f->type, work->inputs[0], work->elements, output);
    }
}

// Reads a line of one of the two directions, and fills in what they share.
static bool read_line(const char *line, const bench_word *ways, conversion_form *form, bench_work *work, size_t *size,
                      const char *family) {
    char way[16], name[4];
    const int found = sscanf(line, "%15s %3s %zu %zu", way, name, &form->channels, &form->count);
    if (found < 3 || !bench_find(ways, way, &form->way) || found != (has_channels(form->way) ? 4 : 3) ||
        !bench_type(name, &form->type, size) || !bench_is_quantized(form->type)) {
        return false;
    }
    if (has_channels(form->way)) {
        snprintf(work->name, sizeof work->name, "%s %s %s %zux%zu", family, way, name, form->channels, form->count);
    } else {
        form->count = form->channels;
        form->channels = 1;
        snprintf(work->name, sizeof work->name, "%s %s %s %zu", family, way, name, form->count);
    }
    work->form = form;
    work->elements = form->channels * form->count;
    if (work->elements == 0) {
        return false;
    }
    form->affine = bench_affine(form->type, 0.05f, 3);
    form->plan =
        (arete_linear_plan){.extent = form->channels, .inner = form->count, .block = 1, .blocks = form->channels};
    if (form->way == INNERMOST) {
        form->plan.inner = 1;
    }
    float *scales = work->inputs[1] = bench_memory(form->channels * sizeof *scales);
    int32_t *zeros = work->inputs[2] = bench_memory(form->channels * sizeof *zeros);
    for (size_t c = 0; c < form->channels; c++) {
        scales[c] = 0.05f + 0.001f * (float)(c % 50);
        zeros[c] = form->affine.zero_point;
    }
    return true;
}

bool bench_quantize(const char *line, const bench_set *sets, size_t count) {
    static const bench_word ways[] = {{"divide-away", ARETE_QUANTIZE_DIVIDE_AWAY},
                                      {"divide-even", ARETE_QUANTIZE_DIVIDE_EVEN},
                                      {"multiply-even", ARETE_QUANTIZE_MULTIPLY_EVEN},
                                      {"multiply-away", ARETE_QUANTIZE_MULTIPLY_AWAY},
                                      {"channels", CHANNELS},
                                      {"innermost", INNERMOST},
                                      {NULL, 0}};
    conversion_form form = {0};
    bench_work work = {.compute = compute_quantize};
    size_t size;
    if (!read_line(line, ways, &form, &work, &size, "quantize")) {
        return false;
    }
    work.entry = has_channels(form.way) ? BENCH_ENTRY(conversion.quantize_linear) : BENCH_ENTRY(conversion.quantize);
    work.input_bytes = work.elements * sizeof(float);
    work.output_bytes = work.elements * size;
    work.inputs[0] = bench_elements(ARETE_FLOAT32, work.elements, 1);
    return bench_report(&work, sets, count);
}

bool bench_dequantize(const char *line, const bench_set *sets, size_t count) {
    static const bench_word ways[] = {{"whole", WHOLE}, {"channels", CHANNELS}, {"innermost", INNERMOST}, {NULL, 0}};
    conversion_form form = {0};
    bench_work work = {.compute = compute_dequantize};
    size_t size;
    if (!read_line(line, ways, &form, &work, &size, "dequantize")) {
        return false;
    }
    work.entry =
        has_channels(form.way) ? BENCH_ENTRY(conversion.dequantize_linear) : BENCH_ENTRY(conversion.dequantize);
    work.input_bytes = work.elements * size;
    work.output_bytes = work.elements * sizeof(float);
    work.inputs[0] = bench_elements(form.type, work.elements, 1);
    return bench_report(&work, sets, count);
}

static void compute_requantize(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const conversion_form *f = work->form;
    const int32_t *sums = work->inputs[0];
    const size_t pitch = work->output_bytes / f->rows;
    for (size_t row = 0; row < f->rows; row++) {
        kernels->conversion.requantize_row(sums + row * f->channels, f->channels, 0, &f->requantization,
                                           (char *)output + row * pitch);
    }
}

bool bench_requantize(const char *line, const bench_set *sets, size_t count) {
    static const bench_word ways[] = {{"float", ARETE_ROUND_FLOAT},
                                      {"fixed", ARETE_ROUND_FIXED},
                                      {"fixed-up", ARETE_ROUND_FIXED_UP},
                                      {"double", ARETE_ROUND_DOUBLE},
                                      {NULL, 0}};
    char way[16], name[4];
    conversion_form form = {0};
    size_t size;
    if (sscanf(line, "%15s %3s %zu %zu", way, name, &form.rows, &form.channels) != 4 ||
        !bench_find(ways, way, &form.way) || !bench_type(name, &form.type, &size) || !bench_is_quantized(form.type) ||
        form.rows * form.channels == 0) {
        return false;
    }
    bench_work work = {.compute = compute_requantize, .entry = BENCH_ENTRY(conversion.requantize_row), .form = &form};
    snprintf(work.name, sizeof work.name, "requantize %s %s %zux%zu", way, name, form.rows, form.channels);
    work.elements = form.rows * form.channels;
    work.input_bytes = work.elements * sizeof(int32_t);
    work.output_bytes = work.elements * size;
    int32_t *sums = work.inputs[0] = bench_elements(ARETE_INT32, work.elements, 1);
    for (size_t i = 0; i < work.elements; i++) {
        sums[i] /= 1 << 14; // as large as those of a deep layer
    }
    // All constants of a channel in one piece: its factor, scale, multiplier and shift.
    double *factors = work.inputs[1] = bench_memory(form.channels * (sizeof *factors + 3 * sizeof(int32_t)));
    float *scales = (float *)(factors + form.channels);
    int32_t *multipliers = (int32_t *)(scales + form.channels), *shifts = multipliers + form.channels;
    for (size_t c = 0; c < form.channels; c++) {
        factors[c] = 1e-3 * (1 + (double)c / (double)form.channels);
        scales[c] = (float)factors[c];
        arete_quantize_multiplier(factors[c], &multipliers[c], &shifts[c]);
    }
    form.requantization = (arete_requantization){.scale = scales,
                                                 .multiplier = multipliers,
                                                 .shift = shifts,
                                                 .factor = factors,
                                                 .step = 1,
                                                 .rounding = (arete_rounding)form.way,
                                                 .output = form.type,
                                                 .zero_point = bench_affine(form.type, 1, 3).zero_point,
                                                 .minimum = arete_type_minimum(form.type),
                                                 .maximum = arete_type_maximum(form.type)};
    return bench_report(&work, sets, count);
}
