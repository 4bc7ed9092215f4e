// Rows that become distributions, values or places. softmax: "KIND TYPE ROWS DEPTH", KIND exact, fast, log-exact and
// log-fast of quantized types, float and log-float of f32. reduce: "OPERATION TYPE OUTER REDUCED INNER", OPERATION mean
// and sum of quantized types (exact, or with -fast) and of f32, max, min. arg: "TYPE OUTER REDUCED INNER". top: "TYPE
// COUNT BEST". expectation: "ROWS BINS", means of distributions of bytes.
#include "bench.h"
#include <string.h>

typedef struct {
    bool logarithm;
    size_t rows, depth;
    arete_quantized_softmax quantized;
    arete_softmax_plan floats;
} softmax_form;

static void compute_softmax(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const softmax_form *f = work->form;
    const struct arete_quantized_kernels *k = &kernels->quantized;
    (f->logarithm ? k->log_softmax_rows : k->softmax_rows)(&f->quantized, work->inputs[0], f->rows, f->depth, output);
}

static void compute_float_softmax(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const softmax_form *f = work->form;
    kernels->elementwise.softmax(f->logarithm ? ARETE_LOG_SOFTMAX : ARETE_SOFTMAX,
                                 ARETE_FLOAT32)(&f->floats, work->inputs[0], output, 0, f->rows);
}

bool bench_softmax(const char *line, const bench_set *sets, size_t count) {
    enum { FLOAT = 2 };
    static const bench_word kinds[] = {{"exact", ARETE_EXACT}, {"fast", ARETE_FAST}, {"float", FLOAT}, {NULL, 0}};
    char kind[12], name[4];
    size_t size;
    int arithmetic;
    arete_element_type type;
    softmax_form form = {0};
    bench_work work = {.form = &form};
    if (sscanf(line, "%11s %3s %zu %zu", kind, name, &form.rows, &form.depth) != 4 || form.rows * form.depth == 0) {
        return false;
    }
    form.logarithm = strncmp(kind, "log-", 4) == 0;
    if (!bench_find(kinds, kind + (form.logarithm ? 4 : 0), &arithmetic) || !bench_type(name, &type, &size) ||
        (arithmetic == FLOAT) != (type == ARETE_FLOAT32)) {
        return false;
    }
    if (arithmetic == FLOAT) {
        form.floats = (arete_softmax_plan){.n = form.depth, .inner = 1, .beta = 1};
        work.compute = compute_float_softmax;
        work.entry = BENCH_ENTRY(elementwise.softmax);
    } else {
        const float scale = type == ARETE_INT16 ? 5e-4f : 0.05f;
        const arete_affine output = {0x1p-8f, type == ARETE_INT8 ? -128 : 0};
        const bool prepared =
            form.logarithm
                ? arete_quantized_log_softmax_prepare(&form.quantized, (arete_arithmetic)arithmetic, type, scale)
                : arete_quantized_softmax_prepare(&form.quantized, (arete_arithmetic)arithmetic, type, scale, 1, type,
                                                  output);
        if (!prepared) {
            return false;
        }
        work.compute = compute_softmax;
        work.entry = form.logarithm ? BENCH_ENTRY(quantized.log_softmax_rows) : BENCH_ENTRY(quantized.softmax_rows);
    }
    snprintf(work.name, sizeof work.name, "softmax %s %s %zux%zu", kind, name, form.rows, form.depth);
    work.elements = form.rows * form.depth;
    work.input_bytes = work.output_bytes = work.elements * size;
    work.inputs[0] = bench_elements(type, work.elements, 1);
    return bench_report(&work, sets, count);
}

static void compute_expectation(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    kernels->quantized.expectation_rows(work->form, work->inputs[0], output, 0, work->output_bytes / sizeof(float));
}

bool bench_expectation(const char *line, const bench_set *sets, size_t count) {
    arete_expectation plan = {0};
    if (sscanf(line, "%zu %zu", &plan.run, &plan.bins) != 2 || plan.run * plan.bins == 0) {
        return false;
    }
    bench_work work = {.compute = compute_expectation, .entry = BENCH_ENTRY(quantized.expectation_rows), .form = &plan};
    snprintf(work.name, sizeof work.name, "expectation %zux%zu", plan.run, plan.bins);
    work.elements = work.input_bytes = plan.run * plan.bins;
    work.output_bytes = plan.run * sizeof(float);
    plan.pitch = work.input_bytes;
    work.inputs[0] = bench_bytes(work.input_bytes, 1);
    float *powers = work.inputs[1] = bench_memory((256 + plan.bins) * sizeof *powers), power = 1;
    for (size_t i = 0; i < 256; i++, power *= 0.95f) {
        powers[i] = power;
    }
    for (size_t i = 0; i < plan.bins; i++) {
        powers[256 + i] = (float)i;
    }
    plan.powers = powers;
    plan.weights = powers + 256;
    return bench_report(&work, sets, count);
}

typedef struct {
    arete_reduce_plan plan;
    arete_quantized_reduction quantized;
    arete_reduce_operation operation;
    arete_element_type type;
} reduce_form;

static void compute_mean(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const reduce_form *f = work->form;
    kernels->quantized.reduce(&f->quantized, &f->plan, work->inputs[0], output, 0, arete_reduce_results(&f->plan));
}

static void compute_reduce(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const reduce_form *f = work->form;
    kernels->reduce.reduce(f->operation, f->type)(&f->plan, work->inputs[0], output, 0, arete_reduce_results(&f->plan));
}

bool bench_reduce(const char *line, const bench_set *sets, size_t count) {
    static const bench_word operations[] = {{"mean", ARETE_REDUCE_MEAN},
                                            {"sum", ARETE_REDUCE_SUM},
                                            {"max", ARETE_REDUCE_MAX},
                                            {"min", ARETE_REDUCE_MIN},
                                            {NULL, 0}};
    char name[12], operation_name[12], type_name[4];
    size_t shape[3], size;
    int operation;
    reduce_form form;
    if (sscanf(line, "%11s %3s %zu %zu %zu", name, type_name, &shape[0], &shape[1], &shape[2]) != 5 ||
        shape[0] * shape[1] * shape[2] == 0 || !bench_type(type_name, &form.type, &size)) {
        return false;
    }
    strcpy(operation_name, name);
    char *suffix = strstr(operation_name, "-fast");
    if (suffix != NULL) {
        *suffix = 0;
    }
    if (!bench_find(operations, operation_name, &operation) ||
        !arete_reduce_begin(&form.plan, 3, shape, (const bool[]){false, true, false})) {
        return false;
    }
    form.operation = (arete_reduce_operation)operation;
    const bool quantized =
        form.type != ARETE_FLOAT32 && (operation == ARETE_REDUCE_MEAN || operation == ARETE_REDUCE_SUM);
    bench_work work = {.form = &form, .elements = shape[0] * shape[1] * shape[2]};
    if (quantized &&
        !arete_quantized_reduction_prepare(&form.quantized, suffix != NULL ? ARETE_FAST : ARETE_EXACT,
                                           operation == ARETE_REDUCE_MEAN, form.type, form.plan.count,
                                           bench_affine(form.type, 0.02f, 3), bench_affine(form.type, 0.03f, -5))) {
        return false;
    }
    work.compute = quantized ? compute_mean : compute_reduce;
    work.entry = quantized ? BENCH_ENTRY(quantized.reduce) : BENCH_ENTRY(reduce.reduce);
    snprintf(work.name, sizeof work.name, "reduce %s %s %zux%zux%zu", name, type_name, shape[0], shape[1], shape[2]);
    work.input_bytes = work.elements * size;
    work.output_bytes = shape[0] * shape[2] * size;
    work.inputs[0] = bench_elements(form.type, work.elements, 1);
    return bench_report(&work, sets, count);
}

typedef struct {
    arete_element_type type;
    size_t results;
    arete_arg_plan plan;
} arg_form;

static void compute_arg(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const arg_form *f = work->form;
    kernels->reduce.arg_extremum(f->type)(&f->plan, work->inputs[0], output, 0, f->results);
}

bool bench_arg(const char *line, const bench_set *sets, size_t count) {
    char name[4];
    size_t outer, size;
    arg_form form = {.plan = {.largest = true}};
    if (sscanf(line, "%3s %zu %zu %zu", name, &outer, &form.plan.n, &form.plan.inner) != 4 ||
        !bench_type(name, &form.type, &size) || outer * form.plan.n * form.plan.inner == 0) {
        return false;
    }
    form.results = outer * form.plan.inner;
    bench_work work = {.compute = compute_arg, .entry = BENCH_ENTRY(reduce.arg_extremum), .form = &form};
    snprintf(work.name, sizeof work.name, "arg %s %zux%zux%zu", name, outer, form.plan.n, form.plan.inner);
    work.elements = form.results * form.plan.n;
    work.input_bytes = work.elements * size;
    work.output_bytes = form.results * sizeof(int32_t);
    work.inputs[0] = bench_elements(form.type, work.elements, 1);
    return bench_report(&work, sets, count);
}

typedef struct {
    arete_element_type type;
    size_t size;
    arete_top_plan plan;
} top_form;

static void compute_top(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const top_form *f = work->form;
    kernels->reduce.top_k(f->type)(&f->plan, work->inputs[0], (char *)output + f->plan.k * sizeof(int32_t), output,
                                   work->inputs[1], 0, 1);
}

bool bench_top(const char *line, const bench_set *sets, size_t count) {
    char name[4];
    top_form form = {.plan = {.inner = 1, .largest = true}};
    if (sscanf(line, "%3s %zu %zu", name, &form.plan.n, &form.plan.k) != 3 ||
        !bench_type(name, &form.type, &form.size) || form.plan.k == 0 || form.plan.k > form.plan.n) {
        return false;
    }
    bench_work work = {.compute = compute_top, .entry = BENCH_ENTRY(reduce.top_k), .form = &form};
    snprintf(work.name, sizeof work.name, "top %s %zu of %zu", name, form.plan.k, form.plan.n);
    work.elements = form.plan.n;
    work.input_bytes = work.elements * form.size;
    work.output_bytes = form.plan.k * (sizeof(int32_t) + form.size);
    work.inputs[0] = bench_elements(form.type, work.elements, 1);
    work.inputs[1] = bench_memory(form.plan.k * sizeof(size_t));
    return bench_report(&work, sets, count);
}
