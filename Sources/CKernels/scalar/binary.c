// Looks up and broadcasts elementwise functions of two operands; selects by a condition.
#include "arete_binary.h"
#include "binary_rows.h"
#include "nest_walk.h"

arete_binary_row arete_binary(arete_binary_operation operation, arete_element_type type) {
    if ((unsigned)operation >= ARETE_BINARY_COUNT || !arete_is_element_type(type)) return NULL;
    arete_binary_row row = arete_binary_arithmetic(operation, type);
    if (row == NULL) row = arete_binary_division(operation, type);
    if (row == NULL) row = arete_binary_logic(operation, type);
    return row;
}

bool arete_binary_compares(arete_binary_operation operation) {
    return operation >= ARETE_BINARY_EQUAL && operation <= ARETE_BINARY_GREATER_EQUAL;
}

void arete_binary_broadcast(arete_binary_row row, const arete_nest *nest, void *c, const void *a, const void *b,
                            size_t begin, size_t end) {
    for (arete_walk w = arete_walk_begin(nest, begin, end); w.run != 0; arete_walk_next(&w, nest)) {
        row((const char *)a + w.offset[1], w.step[1], (const char *)b + w.offset[2], w.step[2], (char *)c + w.offset[0],
            w.run);
    }
}

#define SELECT(BITS)                                                                                                   \
    static void select_##BITS(const arete_nest *nest, char *y, const uint8_t *condition, const char *a, const char *b, \
                              size_t begin, size_t end) {                                                              \
        for (arete_walk w = arete_walk_begin(nest, begin, end); w.run != 0; arete_walk_next(&w, nest)) {               \
            for (size_t i = 0; i < w.run; i++) {                                                                       \
                const ptrdiff_t k = (ptrdiff_t)i;                                                                      \
                const char *const from = condition[w.offset[1] + k * w.step[1]] != 0                                   \
                                             ? a + w.offset[2] + k * w.step[2]                                         \
                                             : b + w.offset[3] + k * w.step[3];                                        \
                *(uint##BITS##_t *)(y + w.offset[0] + k * w.step[0]) = *(const uint##BITS##_t *)from;                  \
            }                                                                                                          \
        }                                                                                                              \
    }
SELECT(8)
SELECT(16)
SELECT(32)
SELECT(64)

void arete_where(size_t element_size, const arete_nest *nest, void *y, const uint8_t *condition, const void *a,
                 const void *b, size_t begin, size_t end) {
    switch (element_size) {
    case 1:
        select_8(nest, y, condition, a, b, begin, end);
        break;
    case 2:
        select_16(nest, y, condition, a, b, begin, end);
        break;
    case 4:
        select_32(nest, y, condition, a, b, begin, end);
        break;
    case 8:
        select_64(nest, y, condition, a, b, begin, end);
        break;
    default:
        break;
    }
}
