// Elements that only move; SIZE is that of an element in bytes. transpose: "SIZE OUTER ROWS COLUMNS INNER", rows and
// columns change places; slice: "SIZE HEIGHT WIDTH CHANNELS STEP" of an image, every STEP-th pixel; nearest: "SIZE
// HEIGHT WIDTH CHANNELS FACTOR", enlarged; gather: "SIZE OUTER EXTENT COUNT" (SIZE: of a unit); pad: "SIZE HEIGHT WIDTH
// CHANNELS AROUND"; pick: "ROWS EXTENT COUNT", bytes of every row.
#include "bench.h"

typedef struct {
    arete_nest nest;
    size_t size, offset;
} copy_form;

static void compute_copy(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const copy_form *f = work->form;
    kernels->layout.copy(f->size, &f->nest, output, (const char *)work->inputs[0] + f->offset, 0, work->elements);
}

static bool report_copy(bench_work *work, const copy_form *form, size_t elements, const bench_set *sets, size_t count) {
    work->compute = compute_copy;
    work->entry = BENCH_ENTRY(layout.copy);
    work->form = form;
    work->elements = arete_nest_count(&form->nest);
    work->output_bytes = work->elements * form->size;
    work->input_bytes = work->output_bytes; // what is read, not what lies between
    work->inputs[0] = bench_bytes(elements * form->size, 1);
    return bench_report(work, sets, count);
}

static bool is_element_size(size_t size) { return size == 1 || size == 2 || size == 4 || size == 8; }

bool bench_transpose(const char *line, const bench_set *sets, size_t count) {
    copy_form form = {0};
    size_t shape[4];
    if (sscanf(line, "%zu %zu %zu %zu %zu", &form.size, &shape[0], &shape[1], &shape[2], &shape[3]) != 5 ||
        !is_element_size(form.size) || shape[0] * shape[1] * shape[2] * shape[3] == 0 ||
        !arete_nest_transpose(&form.nest, 4, shape, (const size_t[]){0, 2, 1, 3}, form.size)) {
        return false;
    }
    bench_work work = {0};
    snprintf(work.name, sizeof work.name, "transpose %zu bytes %zux%zux%zux%zu", form.size, shape[0], shape[1],
             shape[2], shape[3]);
    return report_copy(&work, &form, shape[0] * shape[1] * shape[2] * shape[3], sets, count);
}

bool bench_slice(const char *line, const bench_set *sets, size_t count) {
    copy_form form = {0};
    size_t shape[3], step;
    if (sscanf(line, "%zu %zu %zu %zu %zu", &form.size, &shape[0], &shape[1], &shape[2], &step) != 5 ||
        !is_element_size(form.size) || step == 0 || shape[0] < step || shape[1] < step || shape[2] == 0) {
        return false;
    }
    const size_t result[3] = {shape[0] / step, shape[1] / step, shape[2]};
    if (!arete_nest_slice(&form.nest, 3, shape, (const size_t[]){step - 1, step - 1, 0},
                          (const ptrdiff_t[]){(ptrdiff_t)step, (ptrdiff_t)step, 1}, result, form.size, &form.offset)) {
        return false;
    }
    bench_work work = {0};
    snprintf(work.name, sizeof work.name, "slice %zu bytes %zux%zux%zu step %zu", form.size, shape[0], shape[1],
             shape[2], step);
    return report_copy(&work, &form, shape[0] * shape[1] * shape[2], sets, count);
}

bool bench_nearest(const char *line, const bench_set *sets, size_t count) {
    copy_form form = {0};
    size_t height, width, channels, factor;
    if (sscanf(line, "%zu %zu %zu %zu %zu", &form.size, &height, &width, &channels, &factor) != 5 ||
        !is_element_size(form.size) || height * width * channels * factor == 0) {
        return false;
    }
    const size_t shape[5] = {height, factor, width, factor, channels}, input[5] = {height, 1, width, 1, channels};
    if (!arete_nest_broadcast(&form.nest, 5, shape, 2, (const size_t[]){5, 5}, (const size_t *const[]){shape, input},
                              (const size_t[]){form.size, form.size})) {
        return false;
    }
    bench_work work = {0};
    snprintf(work.name, sizeof work.name, "nearest %zu bytes %zux%zux%zu by %zu", form.size, height, width, channels,
             factor);
    return report_copy(&work, &form, height * width * channels, sets, count);
}

static void compute_gather(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    kernels->layout.gather(work->form, work->inputs[0], work->inputs[1], output, 0, work->elements);
}

bool bench_gather(const char *line, const bench_set *sets, size_t count) {
    arete_gather_plan plan = {.batch = 1, .index_type = ARETE_INT32};
    if (sscanf(line, "%zu %zu %zu %zu", &plan.unit, &plan.outer, &plan.extent, &plan.count) != 4 ||
        plan.unit * plan.outer * plan.extent * plan.count == 0) {
        return false;
    }
    bench_work work = {.compute = compute_gather, .entry = BENCH_ENTRY(layout.gather), .form = &plan};
    snprintf(work.name, sizeof work.name, "gather %zu bytes %zux%zu from %zu", plan.unit, plan.outer, plan.count,
             plan.extent);
    work.elements = plan.outer * plan.count;
    work.output_bytes = work.elements * plan.unit;
    work.input_bytes = work.output_bytes + plan.count * sizeof(int32_t);
    work.inputs[0] = bench_bytes(plan.outer * plan.extent * plan.unit, 1);
    uint32_t *indices = work.inputs[1] = bench_bytes(plan.count * sizeof *indices, 2);
    for (size_t i = 0; i < plan.count; i++) {
        indices[i] = (uint32_t)((indices[i] >> 1) % plan.extent);
    }
    return bench_report(&work, sets, count);
}

static void compute_pad(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const arete_pad_plan *plan = work->form;
    kernels->layout.pad(plan, work->inputs[0], work->inputs[1], output, 0, arete_pad_rows(plan));
}

bool bench_pad(const char *line, const bench_set *sets, size_t count) {
    arete_pad_plan plan;
    size_t size, shape[3], around;
    if (sscanf(line, "%zu %zu %zu %zu %zu", &size, &shape[0], &shape[1], &shape[2], &around) != 5 ||
        !is_element_size(size) || shape[0] * shape[1] * shape[2] == 0) {
        return false;
    }
    const ptrdiff_t pads[3] = {(ptrdiff_t)around, (ptrdiff_t)around, 0};
    if (!arete_pad_begin(&plan, ARETE_PAD_CONSTANT, size, 3, shape, pads, pads)) {
        return false;
    }
    bench_work work = {.compute = compute_pad, .entry = BENCH_ENTRY(layout.pad), .form = &plan};
    snprintf(work.name, sizeof work.name, "pad %zu bytes %zux%zux%zu by %zu", size, shape[0], shape[1], shape[2],
             around);
    work.elements = (shape[0] + 2 * around) * (shape[1] + 2 * around) * shape[2];
    work.output_bytes = work.elements * size;
    work.input_bytes = shape[0] * shape[1] * shape[2] * size;
    work.inputs[0] = bench_bytes(work.input_bytes, 1);
    work.inputs[1] = bench_bytes(size, 2);
    return bench_report(&work, sets, count);
}

typedef struct {
    arete_pick pick;
    size_t rows;
} pick_form;

static void compute_pick(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const pick_form *f = work->form;
    kernels->layout.pick_rows(&f->pick, work->inputs[0], f->pick.extent, output, f->pick.count, f->rows);
}

bool bench_pick(const char *line, const bench_set *sets, size_t count) {
    pick_form form = {0};
    arete_pick *pick = &form.pick;
    if (sscanf(line, "%zu %zu %zu", &form.rows, &pick->extent, &pick->count) != 3 || form.rows == 0 ||
        pick->extent == 0 || pick->count == 0 || pick->extent > ARETE_PICK_EXTENT || pick->count > ARETE_PICK_EXTENT) {
        return false;
    }
    bench_work work = {.compute = compute_pick, .entry = BENCH_ENTRY(layout.pick_rows), .form = &form};
    snprintf(work.name, sizeof work.name, "pick %zux%zu from %zu", form.rows, pick->count, pick->extent);
    work.elements = work.output_bytes = form.rows * pick->count;
    work.input_bytes = form.rows * pick->extent;
    work.inputs[0] = bench_bytes(work.input_bytes, 1);
    uint8_t *places = work.inputs[1] = bench_bytes(pick->count, 2);
    for (size_t i = 0; i < pick->count; i++) {
        places[i] = (uint8_t)(places[i] % pick->extent);
    }
    pick->places = places;
    return bench_report(&work, sets, count);
}
