// Rows of comparisons, boolean operations, bitwise operations and shifts.
#include "binary_rows.h"

#pragma clang diagnostic ignored "-Wpass-failed"

#define EQUALITIES(X)                                                                                                  \
    X(EQUAL, u == v)                                                                                                   \
    X(NOT_EQUAL, u != v)
#define ORDERINGS(X)                                                                                                   \
    X(LESS, u < v)                                                                                                     \
    X(LESS_EQUAL, u <= v)                                                                                              \
    X(GREATER, u > v)                                                                                                  \
    X(GREATER_EQUAL, u >= v)
#define BOOL_OPERATIONS(X)                                                                                             \
    X(AND, u &&v)                                                                                                      \
    X(OR, u || v)                                                                                                      \
    X(XOR, !u != !v)
#define WIDTH(v) (8 * sizeof(v))
#define INTEGER_OPERATIONS(X)                                                                                          \
    X(BIT_AND, u &v)                                                                                                   \
    X(BIT_OR, u | v)                                                                                                   \
    X(BIT_XOR, u ^ v)                                                                                                  \
    X(SHIFT_LEFT, (uint64_t)v < WIDTH(u) ? (uint64_t)u << (v & (WIDTH(u) - 1)) : 0)
#define SHIFTED_RIGHT(u, v, beyond) ((uint64_t)(v) < WIDTH(u) ? (u) >> ((v) & (WIDTH(u) - 1)) : (beyond))
#define SIGNED_OPERATIONS(X) X(SHIFT_RIGHT, SHIFTED_RIGHT(u, v, u < 0 ? -1 : 0))
#define UNSIGNED_OPERATIONS(X) X(SHIFT_RIGHT, SHIFTED_RIGHT(u, v, 0))

#define NUMBER_TRUTHS(OPERATION, RESULT) ARETE_FOR_NUMBERS(ARETE_TRUTH_ROW, OPERATION, RESULT)
#define BOOL_TRUTHS(OPERATION, RESULT) ARETE_FOR_BOOL(ARETE_TRUTH_ROW, OPERATION, RESULT)
#define INTEGER_ROWS(OPERATION, RESULT) ARETE_FOR_INTEGERS(ARETE_VALUE_ROW, OPERATION, RESULT)
#define SIGNED_ROWS(OPERATION, RESULT) ARETE_FOR_SIGNED(ARETE_VALUE_ROW, OPERATION, RESULT)
#define UNSIGNED_ROWS(OPERATION, RESULT) ARETE_FOR_UNSIGNED(ARETE_VALUE_ROW, OPERATION, RESULT)
EQUALITIES(NUMBER_TRUTHS)
EQUALITIES(BOOL_TRUTHS)
ORDERINGS(NUMBER_TRUTHS)
BOOL_OPERATIONS(BOOL_TRUTHS)
INTEGER_OPERATIONS(INTEGER_ROWS)
SIGNED_OPERATIONS(SIGNED_ROWS)
UNSIGNED_OPERATIONS(UNSIGNED_ROWS)

#define NUMBER_ENTRIES(OPERATION, RESULT) ARETE_FOR_NUMBERS(ARETE_BINARY_ENTRY, OPERATION)
#define BOOL_ENTRIES(OPERATION, RESULT) ARETE_FOR_BOOL(ARETE_BINARY_ENTRY, OPERATION)
#define INTEGER_ENTRIES(OPERATION, RESULT) ARETE_FOR_INTEGERS(ARETE_BINARY_ENTRY, OPERATION)
#define SIGNED_ENTRIES(OPERATION, RESULT) ARETE_FOR_SIGNED(ARETE_BINARY_ENTRY, OPERATION)
#define UNSIGNED_ENTRIES(OPERATION, RESULT) ARETE_FOR_UNSIGNED(ARETE_BINARY_ENTRY, OPERATION)
static const arete_binary_row rows[ARETE_BINARY_COUNT][ARETE_ELEMENT_TYPES] = {
    EQUALITIES(NUMBER_ENTRIES) EQUALITIES(BOOL_ENTRIES) ORDERINGS(NUMBER_ENTRIES) BOOL_OPERATIONS(BOOL_ENTRIES)
        INTEGER_OPERATIONS(INTEGER_ENTRIES) SIGNED_OPERATIONS(SIGNED_ENTRIES) UNSIGNED_OPERATIONS(UNSIGNED_ENTRIES)};

arete_binary_row arete_binary_logic(arete_binary_operation operation, arete_element_type type) {
    return rows[operation][type];
}
