// Products of bytes with unpacked weights as functions whose names end in the instruction set's.
#pragma once
#include "../../scalar/matmul_entries.h"
#include "product_panels.h"

// Few rows shorter than this are faster with the portable kernel, which widens them once.
enum { PRODUCT_DEPTH = sizeof(bytes) == 64 ? 1 : 32 };

// One entry a pair of types: what turns activations into unsigned bytes and weights into signed ones.
#define PRODUCT(types, set, x_mask, w_mask)                                                                            \
    void arete_##types##_product_##set(const arete_fully_connected *layer, const void *input, const void *weights,     \
                                       const void *bias, void *output, size_t begin, size_t end, void *scratch) {      \
        const product_form form = product_form_of(layer, x_mask, w_mask);                                              \
        if (layer->rows >= PRODUCT_PACKED_ROWS && end - begin >= PRODUCT_PANEL / 2) {                                  \
            product_run_packed(&form, input, weights, bias, output, begin, end, scratch, arete_requantize_row_##set);  \
        } else if (layer->depth < PRODUCT_DEPTH) {                                                                     \
            arete_##types##_fully_connected(layer, input, weights, bias, output, begin, end, scratch);                 \
        } else {                                                                                                       \
            product_run(&form, input, weights, bias, output, begin, end, arete_requantize_row_##set);                  \
        }                                                                                                              \
    }
