// Elementwise functions of two operands with broadcasting, and selection by a condition.
#pragma once
#include "arete_nest.h"
#include "arete_pair.h"

typedef enum {
    ARETE_BINARY_ADD,
    ARETE_BINARY_SUB,
    ARETE_BINARY_MUL,
    ARETE_BINARY_DIV, // integers: truncated; x / 0 is 0
    ARETE_BINARY_MIN, // NaN wins
    ARETE_BINARY_MAX, // NaN wins
    ARETE_BINARY_SQUARED_DIFFERENCE,
    ARETE_BINARY_PRELU,     // a < 0 ? a b : a
    ARETE_BINARY_FLOOR_DIV, // integers: towards minus infinity; x / 0 is 0
    ARETE_BINARY_FLOOR_MOD, // the remainder has the divisor's sign; integers: x mod 0 is 0
    ARETE_BINARY_TRUNC_MOD, // C's % and fmod: the remainder has the dividend's sign; integers: x mod 0 is 0
    ARETE_BINARY_POW,       // integers wrap; negative exponents truncate to -1, 0, 1
    ARETE_BINARY_ATAN2,
    ARETE_BINARY_EQUAL, // comparisons: result type bool
    ARETE_BINARY_NOT_EQUAL,
    ARETE_BINARY_LESS,
    ARETE_BINARY_LESS_EQUAL,
    ARETE_BINARY_GREATER,
    ARETE_BINARY_GREATER_EQUAL,
    ARETE_BINARY_AND, // of booleans
    ARETE_BINARY_OR,
    ARETE_BINARY_XOR,
    ARETE_BINARY_BIT_AND, // of integers
    ARETE_BINARY_BIT_OR,
    ARETE_BINARY_BIT_XOR,
    ARETE_BINARY_SHIFT_LEFT,  // a shift by the width or more gives 0
    ARETE_BINARY_SHIFT_RIGHT, // arithmetic for signed types
    ARETE_BINARY_COUNT,
} arete_binary_operation;

/// Computes n dense elements of c from operands whose elements lie a_step and b_step bytes apart. c may be a or b
/// itself where that operand is dense and has the result's element size.
typedef void (*arete_binary_row)(const void *a, ptrdiff_t a_step, const void *b, ptrdiff_t b_step, void *c, size_t n);

/// Null when the operation has no meaning for operands of the type.
arete_binary_row arete_binary(arete_binary_operation operation, arete_element_type type);

/// Whether results of the operation are booleans; otherwise they have the operands' type.
bool arete_binary_compares(arete_binary_operation operation);

/// Applies `row` to points begin ..< end of a nest with operands c, a, b; c is dense in the innermost dimension.
void arete_binary_broadcast(arete_binary_row row, const arete_nest *nest, void *c, const void *a, const void *b,
                            size_t begin, size_t end);

/// y = condition ? a : b at points begin ..< end of a nest with operands y, condition (bool), a, b. Works for elements
/// of 1, 2, 4 and 8 bytes; does nothing for other sizes.
void arete_where(size_t element_size, const arete_nest *nest, void *y, const uint8_t *condition, const void *a,
                 const void *b, size_t begin, size_t end);

/// Bounds of the results of a function of two floats: its form.
typedef struct {
    float low, high;
} arete_float_bounds;

/// Sums, differences, products and quotients of FLOAT32, bounded; NaN stays NaN. Null for other operations.
ARETE_AT_LOAD arete_pair_function arete_float_pair(arete_binary_operation operation);
