// Enlarges quantized images row by row and finds the extremal channel of each pixel.
#include "arete_resize_arg.h"
#include "resize_arg_scratch.h"

size_t arete_resize_arg_scratch(const arete_quantized_resize *resize) {
    const size_t row = resize->output_width * resize->channels, vectors = resize_arg_scratch_of(resize).end;
    return row > vectors ? row : vectors;
}

void arete_resize_arg(const arete_quantized_resize *resize, const arete_arg_plan *arg, const void *input, void *output,
                      size_t begin, size_t end, void *scratch) {
    const arete_arg_function find = arete_arg_extremum(resize->type);
    const size_t bytes = resize->output_width * (arg->wide ? sizeof(int64_t) : sizeof(int32_t));
    for (size_t row = begin; row < end; row++) {
        arete_quantized_resize_row(resize, input, row, scratch);
        find(arg, scratch, (uint8_t *)output + row * bytes, 0, resize->output_width);
    }
}
