// Functions of one element by tables: "KIND ROWS COUNT". bytes and floats look bytes up; words interpolates a table of
// 513 entries; logistic and tanh are those of words, exact or, with -fast, in fixed point; swish is that of words.
#include "bench.h"

enum { BYTES, FLOATS, WORDS, LOGISTIC, LOGISTIC_FAST, TANH, TANH_FAST, SWISH };

typedef struct {
    int kind;
    size_t rows, count;
    arete_word_swish swish;
} table_form;

static void compute(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const table_form *f = work->form;
    const struct arete_quantized_kernels *k = &kernels->quantized;
    const void *x = work->inputs[0], *table = work->inputs[1];
    // 2^-12 is the scale that fixed point has.
    const float fixed = 0x1p-12f, other = 1e-4f;
    switch (f->kind) {
    case BYTES:
        k->table(table, x, f->count, output, f->count, f->rows, f->count);
        break;
    case FLOATS:
        k->float_table(table, x, work->elements, output);
        break;
    case WORDS:
        k->table16(table, x, work->elements, output);
        break;
    case LOGISTIC:
    case LOGISTIC_FAST:
        k->word_logistic(f->kind == LOGISTIC ? ARETE_EXACT : ARETE_FAST, f->kind == LOGISTIC ? other : fixed, x,
                         work->elements, output);
        break;
    case TANH:
    case TANH_FAST:
        k->word_tanh(f->kind == TANH ? ARETE_EXACT : ARETE_FAST, f->kind == TANH ? other : fixed, x, work->elements,
                     output);
        break;
    default:
        k->word_swish(&f->swish, x, work->elements, output);
    }
}

bool bench_table(const char *line, const bench_set *sets, size_t count) {
    static const bench_word kinds[] = {{"bytes", BYTES},
                                       {"floats", FLOATS},
                                       {"words", WORDS},
                                       {"logistic", LOGISTIC},
                                       {"logistic-fast", LOGISTIC_FAST},
                                       {"tanh", TANH},
                                       {"tanh-fast", TANH_FAST},
                                       {"swish", SWISH},
                                       {NULL, 0}};
    static const size_t entries[] = {BENCH_ENTRY(quantized.table),         BENCH_ENTRY(quantized.float_table),
                                     BENCH_ENTRY(quantized.table16),       BENCH_ENTRY(quantized.word_logistic),
                                     BENCH_ENTRY(quantized.word_logistic), BENCH_ENTRY(quantized.word_tanh),
                                     BENCH_ENTRY(quantized.word_tanh),     BENCH_ENTRY(quantized.word_swish)};
    char kind[16];
    table_form form = {.swish = {{0x1p-12f, 0}, {0x1p-15f, 0}, {0x1p-12f, 0}}};
    if (sscanf(line, "%15s %zu %zu", kind, &form.rows, &form.count) != 3 || !bench_find(kinds, kind, &form.kind) ||
        form.rows * form.count == 0) {
        return false;
    }
    bench_work work = {.compute = compute, .entry = entries[form.kind], .form = &form};
    snprintf(work.name, sizeof work.name, "table %s %zux%zu", kind, form.rows, form.count);
    work.elements = form.rows * form.count;
    work.input_bytes = work.elements * (form.kind >= WORDS ? 2 : 1);
    work.output_bytes = work.elements * (form.kind == FLOATS ? 4 : form.kind >= WORDS ? 2 : 1);
    work.inputs[0] = bench_bytes(work.input_bytes, 1);
    work.inputs[1] = form.kind == FLOATS ? bench_elements(ARETE_FLOAT32, 256, 2) : bench_bytes(513 * 2, 2);
    return bench_report(&work, sets, count);
}
