// Steps of recurrent layers and products with matrices. lstm: "TYPE INPUTS CELLS", svdf: "TYPE INPUTS UNITS RANK
// MEMORY"; types s8, f32, and hybrid (floats with weights of bytes). product: "TYPE ROWS DEPTH CHANNELS", u8, s8, s16;
// u8s8 and s8u8 where the weights have the other sign.
#include "bench.h"
#include <string.h>

enum { FLOATS, HYBRID, BYTES };
static const bench_word forms[] = {{"f32", FLOATS}, {"hybrid", HYBRID}, {"s8", BYTES}, {NULL, 0}};

typedef struct {
    arete_s8_lstm bytes;
    arete_f32_lstm floats;
} lstm_form;

// Each run begins with the same state, so that the last one's results are the first one's: they follow the output.
static void compute_lstm(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const lstm_form *f = work->form;
    const size_t cells = f->bytes.cells;
    int8_t *y = output;
    memset(y, 0, work->output_bytes);
    kernels->quantized.lstm_step(&f->bytes, work->inputs[4], work->inputs[0], y + cells,
                                 (int16_t *)(void *)(y + 2 * cells), y, work->inputs[2]);
}

static void compute_float_lstm(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const lstm_form *f = work->form;
    const size_t cells = f->floats.cells;
    float *y = output;
    memset(y, 0, work->output_bytes);
    kernels->recurrent.lstm_step(&f->floats, work->inputs[0], y + cells, y + 2 * cells, y, work->inputs[2]);
}

bool bench_lstm(const char *line, const bench_set *sets, size_t count) {
    char name[8];
    size_t inputs, cells;
    int kind;
    if (sscanf(line, "%7s %zu %zu", name, &inputs, &cells) != 3 || !bench_find(forms, name, &kind) ||
        inputs * cells == 0) {
        return false;
    }
    const size_t gate = cells * (inputs + cells), size = kind == FLOATS ? sizeof(float) : 1;
    lstm_form form = {.bytes = {.inputs = inputs, .cells = cells, .outputs = cells},
                      .floats = {.inputs = inputs, .cells = cells, .outputs = cells}};
    bench_work work = {.form = &form, .elements = ARETE_LSTM_GATES * gate};
    char *weights = work.inputs[1] =
        bench_elements(kind == FLOATS ? ARETE_FLOAT32 : ARETE_INT8, ARETE_LSTM_GATES * gate, 2);
    void *bias = work.inputs[3] = bench_memory(cells * sizeof(int32_t));
    form.floats.form = kind == HYBRID ? ARETE_RECURRENT_HYBRID : ARETE_RECURRENT_FLOAT;
    form.floats.activation = ARETE_RECURRENT_TANH;
    form.bytes.input = (arete_affine){0.02f, 3};
    form.bytes.output = form.bytes.hidden = (arete_affine){0x1p-7f, 0};
    form.bytes.cell_scale = 0x1p-11f;
    for (size_t g = 0; g < ARETE_LSTM_GATES; g++) {
        const void *of_input = weights + g * gate * size;
        const void *of_state = weights + (g * gate + cells * inputs) * size;
        form.bytes.gates[g] = (arete_s8_lstm_gate){.input_weights = of_input,
                                                   .recurrent_weights = of_state,
                                                   .bias = bias,
                                                   .input_scale = 0.003f,
                                                   .recurrent_scale = 0.004f,
                                                   .sum_scale = 0x1p-12f};
        form.floats.gates[g] = (arete_f32_lstm_gate){.input_weights = of_input,
                                                     .recurrent_weights = of_state,
                                                     .bias = bias,
                                                     .input_scale = 0.003f,
                                                     .recurrent_scale = 0.004f};
    }
    if (kind == BYTES) {
        if (!arete_s8_lstm_prepare(&form.bytes)) {
            return false;
        }
        work.compute = compute_lstm;
        work.entry = BENCH_ENTRY(quantized.lstm_step);
        work.inputs[0] = bench_elements(ARETE_INT8, inputs, 1);
        work.inputs[2] = bench_memory(arete_s8_lstm_scratch(&form.bytes));
        work.inputs[4] = bench_memory(arete_s8_lstm_packed_bytes(&form.bytes));
        arete_s8_lstm_pack(&form.bytes, work.inputs[4]);
        work.output_bytes = cells * 4; // results, hidden state, cells of two bytes
    } else {
        work.compute = compute_float_lstm;
        work.entry = BENCH_ENTRY(recurrent.lstm_step);
        work.inputs[0] = bench_elements(ARETE_FLOAT32, inputs, 1);
        work.inputs[2] = bench_memory(arete_f32_lstm_scratch(&form.floats));
        work.output_bytes = cells * 3 * sizeof(float);
    }
    work.input_bytes = ARETE_LSTM_GATES * gate * size;
    snprintf(work.name, sizeof work.name, "lstm %s %zu inputs %zu cells", name, inputs, cells);
    return bench_report(&work, sets, count);
}

typedef struct {
    arete_s8_svdf bytes;
    arete_f32_svdf floats;
    size_t units;
} svdf_form;

static void compute_svdf(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const svdf_form *f = work->form;
    int8_t *y = (int8_t *)output + f->bytes.filters * f->bytes.memory * sizeof(int16_t);
    memset(output, 0, work->output_bytes);
    kernels->quantized.svdf_step(&f->bytes, work->inputs[0], work->inputs[1], work->inputs[3], NULL, output, y);
}

static void compute_float_svdf(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const svdf_form *f = work->form;
    float *state = output, *y = state + f->bytes.filters * f->bytes.memory;
    memset(output, 0, work->output_bytes);
    kernels->recurrent.svdf_step(&f->floats, work->inputs[0], work->inputs[1], work->inputs[3], NULL, state, y,
                                 work->inputs[2]);
}

bool bench_svdf(const char *line, const bench_set *sets, size_t count) {
    char name[8];
    svdf_form form = {0};
    arete_s8_svdf *b = &form.bytes;
    int kind;
    if (sscanf(line, "%7s %zu %zu %zu %zu", name, &b->inputs, &form.units, &b->rank, &b->memory) != 5 ||
        !bench_find(forms, name, &kind) || b->inputs * form.units * b->rank * b->memory == 0) {
        return false;
    }
    b->batch = 1;
    b->filters = form.units * b->rank;
    arete_s8_svdf_prepare(b, (arete_affine){0.02f, 3}, 0.01f, 0.001f, 0.0001f, (arete_affine){0.05f, 4});
    form.floats = (arete_f32_svdf){.batch = 1,
                                   .inputs = b->inputs,
                                   .filters = b->filters,
                                   .rank = b->rank,
                                   .memory = b->memory,
                                   .form = kind == FLOATS ? ARETE_RECURRENT_FLOAT : ARETE_RECURRENT_HYBRID,
                                   .feature_scale = 0.01f};
    const size_t states = b->filters * b->memory;
    bench_work work = {.form = &form, .elements = b->filters * b->inputs + states};
    work.inputs[0] = bench_elements(kind == BYTES ? ARETE_INT8 : ARETE_FLOAT32, b->inputs, 1);
    work.inputs[1] = bench_elements(kind == FLOATS ? ARETE_FLOAT32 : ARETE_INT8, b->filters * b->inputs, 2);
    work.inputs[3] = bench_elements(kind == BYTES ? ARETE_INT16 : ARETE_FLOAT32, states, 3);
    if (kind == BYTES) {
        work.compute = compute_svdf;
        work.entry = BENCH_ENTRY(quantized.svdf_step);
        work.output_bytes = states * sizeof(int16_t) + form.units;
    } else {
        work.compute = compute_float_svdf;
        work.entry = BENCH_ENTRY(recurrent.svdf_step);
        work.inputs[2] = bench_memory(arete_f32_svdf_scratch(&form.floats));
        work.output_bytes = (states + form.units) * sizeof(float);
    }
    work.input_bytes = b->filters * b->inputs * (kind == FLOATS ? sizeof(float) : 1);
    snprintf(work.name, sizeof work.name, "svdf %s %zu inputs %zux%zu memory %zu", name, b->inputs, form.units, b->rank,
             b->memory);
    return bench_report(&work, sets, count);
}

typedef struct {
    arete_fully_connected layer;
    bool is_mixed; // weights of the other sign than bytes of the input
} product_form;

static void compute_product(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const product_form *f = work->form;
    const arete_fully_connected *layer = &f->layer;
    const struct arete_matmul_kernels *k = &kernels->matmul;
    const arete_element_type type = layer->requantization.output;
    (type == ARETE_INT8 ? f->is_mixed ? k->s8u8 : k->s8
     : type == ARETE_UINT8
         ? f->is_mixed ? k->u8s8 : k->u8
         : k->s16)(layer, work->inputs[0], work->inputs[1], NULL, output, 0, layer->channels, work->inputs[2]);
}

bool bench_product(const char *line, const bench_set *sets, size_t count) {
    char name[6];
    product_form form = {0};
    arete_fully_connected *layer = &form.layer;
    arete_element_type type;
    size_t size;
    if (sscanf(line, "%5s %zu %zu %zu", name, &layer->rows, &layer->depth, &layer->channels) != 4) {
        return false;
    }
    bench_work work = {.compute = compute_product, .form = &form};
    snprintf(work.name, sizeof work.name, "product %s %zux%zu-%zu", name, layer->rows, layer->depth, layer->channels);
    form.is_mixed = strcmp(name, "u8s8") == 0 || strcmp(name, "s8u8") == 0;
    if (form.is_mixed) {
        name[2] = 0;
    }
    if (!bench_type(name, &type, &size) || layer->rows * layer->depth * layer->channels == 0 ||
        !bench_is_quantized(type)) {
        return false;
    }
    const float scale = 1 / (float)(200 * layer->depth);
    layer->input_zero_point = bench_affine(type, 1, 3).zero_point;
    layer->requantization = (arete_requantization){.scale = &scale,
                                                   .rounding = ARETE_ROUND_FLOAT,
                                                   .output = type,
                                                   .zero_point = bench_affine(type, 1, -5).zero_point,
                                                   .minimum = arete_type_minimum(type),
                                                   .maximum = arete_type_maximum(type)};
    work.entry = type == ARETE_INT8    ? form.is_mixed ? BENCH_ENTRY(matmul.s8u8) : BENCH_ENTRY(matmul.s8)
                    : type == ARETE_UINT8 ? form.is_mixed ? BENCH_ENTRY(matmul.u8s8) : BENCH_ENTRY(matmul.u8)
                                          : BENCH_ENTRY(matmul.s16);
    work.elements = layer->rows * layer->depth * layer->channels;
    work.input_bytes = layer->rows * layer->depth * size + layer->depth * layer->channels;
    work.output_bytes = layer->rows * layer->channels * size;
    work.inputs[0] = bench_elements(type, layer->rows * layer->depth, 1);
    work.inputs[1] = bench_bytes(layer->depth * layer->channels, 2);
    work.inputs[2] = bench_memory(arete_fully_connected_scratch(layer));
    return bench_report(&work, sets, count);
}
