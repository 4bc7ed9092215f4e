// Functions of images. Pools: "max|average TYPE HEIGHT WIDTH CHANNELS KERNEL STRIDE", same padding; types u8, s8, s16
// and f32. Bilinear resizing: "fixed|float|fast|arg TYPE HEIGHT WIDTH CHANNELS HEIGHT WIDTH" (the second pair: of the
// result), by the arithmetic; arg finds the greatest channel of what fast would give.
#include "bench.h"
#include <stdlib.h>

typedef struct {
    bool maximum;
    arete_quantized_pool pool;
    arete_pool_nd_plan floats;
} pool_form;

static void compute_pool(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const pool_form *f = work->form;
    const arete_window *w = &f->pool.window;
    (f->maximum ? kernels->image.max_pool : kernels->image.average_pool)(&f->pool, work->inputs[0], output, 0,
                                                                         w->output_height * w->output_width);
}

static void compute_float_pool(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const pool_form *f = work->form;
    kernels->image.pool_nd(f->maximum ? ARETE_POOL_MAX : ARETE_POOL_AVERAGE, ARETE_FLOAT32)(
        &f->floats, work->inputs[0], output, NULL, 0, arete_pool_nd_units(&f->floats));
}

// Rows or columns of padding before the first.
static size_t before(size_t input, size_t output, size_t kernel, size_t stride) {
    const size_t reach = (output - 1) * stride + kernel;
    return reach > input ? (reach - input) / 2 : 0;
}

bool bench_pool(const char *line, const bench_set *sets, size_t count) {
    static const bench_word kinds[] = {{"average", 0}, {"max", 1}, {NULL, 0}};
    char kind[8], name[4];
    size_t height, width, channels, kernel, stride, size;
    int maximum;
    arete_element_type type;
    if (sscanf(line, "%7s %3s %zu %zu %zu %zu %zu", kind, name, &height, &width, &channels, &kernel, &stride) != 7 ||
        !bench_find(kinds, kind, &maximum) || !bench_type(name, &type, &size) ||
        !(bench_is_quantized(type) || type == ARETE_FLOAT32) || height * width * channels * kernel * stride == 0) {
        return false;
    }
    const size_t rows = (height + stride - 1) / stride, columns = (width + stride - 1) / stride;
    const size_t top = before(height, rows, kernel, stride), left = before(width, columns, kernel, stride);
    pool_form form = {.maximum = maximum, .pool.type = type};
    form.pool.window = (arete_window){.batch = 1,
                                      .input_height = height,
                                      .input_width = width,
                                      .input_channels = channels,
                                      .output_height = rows,
                                      .output_width = columns,
                                      .output_channels = channels,
                                      .kernel_height = kernel,
                                      .kernel_width = kernel,
                                      .stride_height = stride,
                                      .stride_width = stride,
                                      .dilation_height = 1,
                                      .dilation_width = 1,
                                      .pad_top = (ptrdiff_t)top,
                                      .pad_left = (ptrdiff_t)left};
    form.pool.minimum = arete_type_minimum(type);
    form.pool.maximum = arete_type_maximum(type);
    form.floats = (arete_pool_nd_plan){.batch = 1, .channels = channels, .channels_last = true};
    arete_stencil_begin(&form.floats.stencil);
    if (!arete_stencil_set(&form.floats.stencil, 2, 0, height, rows, kernel, stride, 1, (ptrdiff_t)top, 0) ||
        !arete_stencil_set(&form.floats.stencil, 2, 1, width, columns, kernel, stride, 1, (ptrdiff_t)left, 0)) {
        return false;
    }
    bench_work work = {.form = &form, .elements = rows * columns * channels};
    snprintf(work.name, sizeof work.name, "pool %s %s %zux%zux%zu %zux%zu s%zu", kind, name, height, width, channels,
             kernel, kernel, stride);
    const bool floats = type == ARETE_FLOAT32;
    work.compute = floats ? compute_float_pool : compute_pool;
    work.entry = floats    ? BENCH_ENTRY(image.pool_nd)
                 : maximum ? BENCH_ENTRY(image.max_pool)
                           : BENCH_ENTRY(image.average_pool);
    work.input_bytes = height * width * channels * size;
    work.output_bytes = work.elements * size;
    work.inputs[0] = bench_elements(type, height * width * channels, 1);
    return bench_report(&work, sets, count);
}

typedef struct {
    arete_quantized_resize resize;
    arete_arg_plan arg;
} resize_form;

static void compute_resize(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const resize_form *f = work->form;
    kernels->image.resize_bilinear(&f->resize, work->inputs[0], output, 0, f->resize.output_height, work->inputs[1]);
}

static void compute_resize_arg(const struct arete_kernels *kernels, const bench_work *work, void *output) {
    const resize_form *f = work->form;
    kernels->image.resize_arg(&f->resize, &f->arg, work->inputs[0], output, 0, f->resize.output_height,
                              work->inputs[1]);
}

bool bench_resize(const char *line, const bench_set *sets, size_t count) {
    enum { ARG = -1 };
    static const bench_word kinds[] = {{"fixed", ARETE_RESIZE_FIXED},
                                       {"float", ARETE_RESIZE_FLOAT},
                                       {"fast", ARETE_RESIZE_FAST},
                                       {"arg", ARG},
                                       {NULL, 0}};
    char kind[8], name[4];
    size_t height, width, channels, rows, columns, size;
    int arithmetic;
    arete_element_type type;
    if (sscanf(line, "%7s %3s %zu %zu %zu %zu %zu", kind, name, &height, &width, &channels, &rows, &columns) != 7 ||
        !bench_find(kinds, kind, &arithmetic) || !bench_type(name, &type, &size) || !bench_is_quantized(type) ||
        (type == ARETE_INT16 && arithmetic != ARETE_RESIZE_FIXED) || height * width * channels * rows * columns == 0 ||
        channels > ARETE_RESIZE_ARG_CHANNELS) {
        return false;
    }
    const bool arg = arithmetic == ARG;
    resize_form form = {.arg = {.n = channels, .inner = 1, .largest = true}};
    form.resize = (arete_quantized_resize){.batch = 1,
                                           .input_height = height,
                                           .input_width = width,
                                           .output_height = rows,
                                           .output_width = columns,
                                           .channels = channels,
                                           .alignment = ARETE_RESIZE_HALF_PIXEL,
                                           .arithmetic = arg ? ARETE_RESIZE_FAST : (arete_resize_arithmetic)arithmetic,
                                           .type = type};
    bench_work work = {.form = &form, .elements = rows * columns * channels};
    snprintf(work.name, sizeof work.name, "resize %s %s %zux%zux%zu to %zux%zu", kind, name, height, width, channels,
             rows, columns);
    work.compute = arg ? compute_resize_arg : compute_resize;
    work.entry = arg ? BENCH_ENTRY(image.resize_arg) : BENCH_ENTRY(image.resize_bilinear);
    work.input_bytes = height * width * channels * size;
    work.output_bytes = arg ? rows * columns * sizeof(int32_t) : work.elements * size;
    work.inputs[0] = bench_elements(type, height * width * channels, 1);
    work.inputs[1] =
        bench_memory(arg ? arete_resize_arg_scratch(&form.resize) : arete_quantized_resize_scratch(&form.resize));
    return bench_report(&work, sets, count);
}
