// Linear resizing of two neighbouring axes at once.
#include "arete_resize_plane.h"

void arete_resize_plane_f32(const arete_resize_plane *plane, const float *x, float *y, size_t begin, size_t end) {
    const arete_resize_plane p = *plane;
    const size_t row_size = p.width * p.inner;
    for (size_t row = begin; row < end; row++) {
        const size_t image = row / p.output_height, v = row % p.output_height;
        const float *first = x + (image * p.height + (size_t)p.rows[2 * v]) * row_size;
        const float *second = x + (image * p.height + (size_t)p.rows[2 * v + 1]) * row_size;
        const float top = p.row_weights[2 * v], bottom = p.row_weights[2 * v + 1];
        float *result = y + row * p.output_width * p.inner;
        for (size_t u = 0; u < p.output_width; u++) {
            const size_t left = (size_t)p.columns[2 * u] * p.inner, right = (size_t)p.columns[2 * u + 1] * p.inner;
            const float w0 = p.column_weights[2 * u], w1 = p.column_weights[2 * u + 1];
            const float a = w0 * top, b = w1 * top, c = w0 * bottom, d = w1 * bottom;
            for (size_t i = 0; i < p.inner; i++) {
                result[u * p.inner + i] =
                    a * first[left + i] + b * first[right + i] + c * second[left + i] + d * second[right + i];
            }
        }
    }
}
