// Functions of one element or two. binary: "OPERATION ARITHMETIC TYPE ROWS COUNT OTHER", where the other operand is
// both dense (dense), one row for all (row) or one value (one); arithmetics are exact, fast, sum (sums of bytes in
// floats) and float. compare: "TYPE COUNT OTHER". unary: "FUNCTION COUNT" of floats. cast: "FROM TO COUNT".
#include "bench.h"
#include <string.h>

enum { OTHER_DENSE, OTHER_ROW, OTHER_ONE };
static const bench_word others[] = {{"dense", OTHER_DENSE}, {"row", OTHER_ROW}, {"one", OTHER_ONE}, {NULL, 0}};

typedef struct {
    arete_pair_rows rows;
    arete_quantized_binary binary;
    arete_quantized_sum sum;
    arete_float_bounds bounds;
    arete_binary_operation operation; // of floats
} pair_form;

static arete_pair_rows rows_to(const pair_form *form, void *output) {
    arete_pair_rows rows = form->rows;
    rows.output = output;
    return rows;
}

static void compute_binary(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const pair_form *f = work->form;
    const arete_pair_rows rows = rows_to(f, output);
    kernels->quantized.binary_rows(&f->binary, &rows);
}

static void compute_sum(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const pair_form *f = work->form;
    const arete_pair_rows rows = rows_to(f, output);
    kernels->quantized.sum_rows(&f->sum, &rows);
}

static void compute_floats(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const pair_form *f = work->form;
    const arete_pair_rows rows = rows_to(f, output);
    kernels->elementwise.float_pair(f->operation)(&f->bounds, &rows);
}

// The operation's numbers among quantized functions and among those of floats; -1: none.
static const struct {
    const char *name;
    int quantized, floats;
} operations[] = {{"add", ARETE_QUANTIZED_ADD, ARETE_BINARY_ADD}, {"sub", ARETE_QUANTIZED_SUB, ARETE_BINARY_SUB},
                  {"mul", ARETE_QUANTIZED_MUL, ARETE_BINARY_MUL}, {"div", ARETE_QUANTIZED_DIV, ARETE_BINARY_DIV},
                  {"prelu", ARETE_QUANTIZED_PRELU, -1},           {"square", ARETE_QUANTIZED_SQUARED_DIFFERENCE, -1}};

bool bench_binary(const char *line, const bench_set *sets, size_t count) {
    enum { EXACT, FAST, SUM, FLOAT };
    static const bench_word arithmetics[] = {
        {"exact", EXACT}, {"fast", FAST}, {"sum", SUM}, {"float", FLOAT}, {NULL, 0}};
    char name[8], way[8], type_name[4], other_name[8];
    size_t rows, columns, size, operation = 0;
    int arithmetic, other;
    arete_element_type type;
    if (sscanf(line, "%7s %7s %3s %zu %zu %7s", name, way, type_name, &rows, &columns, other_name) != 6 ||
        !bench_find(arithmetics, way, &arithmetic) || !bench_type(type_name, &type, &size) ||
        !bench_find(others, other_name, &other) || rows * columns == 0) {
        return false;
    }
    while (operation < sizeof operations / sizeof *operations && strcmp(operations[operation].name, name) != 0) {
        operation++;
    }
    if (operation == sizeof operations / sizeof *operations) {
        return false;
    }
    const arete_affine a = bench_affine(type, 0.02f, 3), b = bench_affine(type, 0.05f, -4);
    const arete_affine result = bench_affine(type, 0.1f, 1);
    pair_form form = {.bounds = {-6, 6}, .operation = (arete_binary_operation)operations[operation].floats};
    bench_work work = {.form = &form, .elements = rows * columns};
    bool prepared;
    if (arithmetic == FLOAT) {
        work.compute = compute_floats;
        work.entry = BENCH_ENTRY(elementwise.float_pair);
        prepared = type == ARETE_FLOAT32 && operations[operation].floats >= 0;
    } else if (arithmetic == SUM) {
        work.compute = compute_sum;
        work.entry = BENCH_ENTRY(quantized.sum_rows);
        prepared = operations[operation].floats == ARETE_BINARY_ADD &&
                   arete_quantized_sum_prepare(&form.sum, type, a, b, result, arete_type_minimum(type),
                                               arete_type_maximum(type));
    } else {
        work.compute = compute_binary;
        work.entry = BENCH_ENTRY(quantized.binary_rows);
        prepared = arete_quantized_binary_prepare(
            &form.binary, (arete_quantized_binary_operation)operations[operation].quantized,
            arithmetic == FAST ? ARETE_FAST : ARETE_EXACT, type, a, b, result, -1e30f, 1e30f, false);
    }
    if (!prepared) {
        return false;
    }
    const size_t other_count = other == OTHER_DENSE ? rows * columns : other == OTHER_ROW ? columns : 1;
    snprintf(work.name, sizeof work.name, "binary %s %s %s %zux%zu %s", name, way, type_name, rows, columns,
             other_name);
    work.inputs[0] = bench_elements(type, rows * columns, 1);
    work.inputs[1] = bench_elements(type, other_count, 2);
    work.input_bytes = (rows * columns + other_count) * size;
    work.output_bytes = rows * columns * size;
    const size_t pitch = columns * size;
    form.rows = (arete_pair_rows){.a = work.inputs[0],
                                  .b = work.inputs[1],
                                  .a_step = 1,
                                  .b_step = other != OTHER_ONE,
                                  .a_pitch = pitch,
                                  .b_pitch = other == OTHER_DENSE ? pitch : 0,
                                  .output_pitch = pitch,
                                  .rows = rows,
                                  .count = columns};
    return bench_report(&work, sets, count);
}

typedef struct {
    arete_quantized_comparison comparison;
    size_t step;
} compare_form;

static void compute_compare(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const compare_form *f = work->form;
    kernels->quantized.compare_row(&f->comparison, work->inputs[0], 1, work->inputs[1], f->step, output,
                                   work->elements);
}

bool bench_compare(const char *line, const bench_set *sets, size_t count) {
    char name[4], other_name[8];
    size_t elements, size;
    int other;
    arete_element_type type;
    compare_form form;
    if (sscanf(line, "%3s %zu %7s", name, &elements, other_name) != 3 || !bench_type(name, &type, &size) ||
        !bench_find(others, other_name, &other) || other == OTHER_ROW || elements == 0 ||
        !arete_quantized_comparison_prepare(&form.comparison, ARETE_COMPARE_GREATER, type, bench_affine(type, 0.02f, 3),
                                            bench_affine(type, 0.05f, -4))) {
        return false;
    }
    form.step = other == OTHER_DENSE;
    bench_work work = {.compute = compute_compare, .entry = BENCH_ENTRY(quantized.compare_row), .form = &form};
    snprintf(work.name, sizeof work.name, "compare %s %zu %s", name, elements, other_name);
    work.elements = work.output_bytes = elements;
    work.input_bytes = form.step ? 2 * elements : elements + 1;
    work.inputs[0] = bench_elements(type, elements, 1);
    work.inputs[1] = bench_elements(type, form.step ? elements : 1, 2);
    return bench_report(&work, sets, count);
}

typedef struct {
    bool parametric;
    int operation;
    arete_parameters parameters;
} unary_form;

static void compute_unary(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const unary_form *f = work->form;
    if (f->parametric) {
        kernels->elementwise.parametric((arete_parametric_operation)f->operation,
                                        ARETE_FLOAT32)(work->inputs[0], output, 0, work->elements, &f->parameters);
    } else {
        kernels->elementwise.unary((arete_unary_operation)f->operation, ARETE_FLOAT32)(work->inputs[0], output, 0,
                                                                                       work->elements);
    }
}

bool bench_unary(const char *line, const bench_set *sets, size_t count) {
    static const bench_word plain[] = {{"relu", ARETE_UNARY_RELU},
                                       {"relu6", ARETE_UNARY_RELU6},
                                       {"abs", ARETE_UNARY_ABS},
                                       {"exp", ARETE_UNARY_EXP},
                                       {"sigmoid", ARETE_UNARY_SIGMOID},
                                       {"tanh", ARETE_UNARY_TANH},
                                       {"gelu", ARETE_UNARY_GELU},
                                       {"erf", ARETE_UNARY_ERF},
                                       {"mish", ARETE_UNARY_MISH},
                                       {"softplus", ARETE_UNARY_SOFTPLUS},
                                       {"hardswish", ARETE_UNARY_HARD_SWISH},
                                       {NULL, 0}};
    static const bench_word parametric[] = {
        {"leaky", ARETE_PARAMETRIC_LEAKY_RELU}, {"elu", ARETE_PARAMETRIC_ELU},
        {"swish", ARETE_PARAMETRIC_SWISH},      {"hardsigmoid", ARETE_PARAMETRIC_HARD_SIGMOID},
        {"clip", ARETE_PARAMETRIC_CLIP},        {NULL, 0}};
    char name[16];
    unary_form form = {.parameters = {1, 2}};
    bench_work work = {.compute = compute_unary, .form = &form};
    if (sscanf(line, "%15s %zu", name, &work.elements) != 2 || work.elements == 0) {
        return false;
    }
    form.parametric = bench_find(parametric, name, &form.operation);
    if (!form.parametric && !bench_find(plain, name, &form.operation)) {
        return false;
    }
    work.entry = form.parametric ? BENCH_ENTRY(elementwise.parametric) : BENCH_ENTRY(elementwise.unary);
    snprintf(work.name, sizeof work.name, "unary %s f32 %zu", name, work.elements);
    work.input_bytes = work.output_bytes = work.elements * sizeof(float);
    work.inputs[0] = bench_elements(ARETE_FLOAT32, work.elements, 1);
    return bench_report(&work, sets, count);
}

typedef struct {
    arete_element_type from, to;
} cast_form;

static void compute_cast(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const cast_form *f = work->form;
    kernels->elementwise.cast(f->from, f->to)(work->inputs[0], output, 0, work->elements);
}

bool bench_cast(const char *line, const bench_set *sets, size_t count) {
    char from[8], to[8];
    cast_form form;
    bench_work work = {.compute = compute_cast, .entry = BENCH_ENTRY(elementwise.cast), .form = &form};
    if (sscanf(line, "%7s %7s %zu", from, to, &work.elements) != 3 || work.elements == 0 ||
        !bench_type(from, &form.from, &work.input_bytes) || !bench_type(to, &form.to, &work.output_bytes)) {
        return false;
    }
    snprintf(work.name, sizeof work.name, "cast %s %s %zu", from, to, work.elements);
    work.input_bytes *= work.elements;
    work.output_bytes *= work.elements;
    work.inputs[0] = bench_elements(form.from, work.elements, 1);
    return bench_report(&work, sets, count);
}
