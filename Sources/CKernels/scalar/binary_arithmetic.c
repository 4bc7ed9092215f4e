// Rows of sums, products, quotients, extrema and the functions built of them.
#include "binary_rows.h"

#pragma clang diagnostic ignored "-Wpass-failed"

#define EXTREMUM(u, v, WINS) ((u)WINS(v) || (u) != (u) ? (u) : (v))
#define FLOAT_OPERATIONS(X)                                                                                            \
    X(ADD, u + v)                                                                                                      \
    X(SUB, u - v)                                                                                                      \
    X(MUL, u *v)                                                                                                       \
    X(DIV, u / v)                                                                                                      \
    X(MIN, EXTREMUM(u, v, <))                                                                                          \
    X(MAX, EXTREMUM(u, v, >))                                                                                          \
    X(SQUARED_DIFFERENCE, (u - v) * (u - v))                                                                           \
    X(PRELU, u < 0 ? u * v : u)
// Unsigned 64-bit arithmetic has the right low bits for every integer type and no undefined overflow.
#define WRAP(v) ((uint64_t)(v))
#define DIFFERENCE(u, v) (WRAP(u) - WRAP(v))
#define INTEGER_OPERATIONS(X)                                                                                          \
    X(ADD, WRAP(u) + WRAP(v))                                                                                          \
    X(SUB, DIFFERENCE(u, v))                                                                                           \
    X(MUL, WRAP(u) * WRAP(v))                                                                                          \
    X(MIN, u < v ? u : v)                                                                                              \
    X(MAX, u > v ? u : v)                                                                                              \
    X(SQUARED_DIFFERENCE, DIFFERENCE(u, v) * DIFFERENCE(u, v))
#define SIGNED_OPERATIONS(X)                                                                                           \
    X(DIV, v == 0 ? 0 : v == -1 ? 0 - WRAP(u) : WRAP(u / v))                                                           \
    X(PRELU, u < 0 ? WRAP(u) * WRAP(v) : WRAP(u))
#define UNSIGNED_OPERATIONS(X) X(DIV, v == 0 ? 0 : u / v)

#define FLOAT_ROWS(OPERATION, RESULT) ARETE_FOR_FLOATS(ARETE_VALUE_ROW, OPERATION, RESULT)
#define INTEGER_ROWS(OPERATION, RESULT) ARETE_FOR_INTEGERS(ARETE_VALUE_ROW, OPERATION, RESULT)
#define SIGNED_ROWS(OPERATION, RESULT) ARETE_FOR_SIGNED(ARETE_VALUE_ROW, OPERATION, RESULT)
#define UNSIGNED_ROWS(OPERATION, RESULT) ARETE_FOR_UNSIGNED(ARETE_VALUE_ROW, OPERATION, RESULT)
FLOAT_OPERATIONS(FLOAT_ROWS)
INTEGER_OPERATIONS(INTEGER_ROWS)
SIGNED_OPERATIONS(SIGNED_ROWS)
UNSIGNED_OPERATIONS(UNSIGNED_ROWS)

#define FLOAT_ENTRIES(OPERATION, RESULT) ARETE_FOR_FLOATS(ARETE_BINARY_ENTRY, OPERATION)
#define INTEGER_ENTRIES(OPERATION, RESULT) ARETE_FOR_INTEGERS(ARETE_BINARY_ENTRY, OPERATION)
#define SIGNED_ENTRIES(OPERATION, RESULT) ARETE_FOR_SIGNED(ARETE_BINARY_ENTRY, OPERATION)
#define UNSIGNED_ENTRIES(OPERATION, RESULT) ARETE_FOR_UNSIGNED(ARETE_BINARY_ENTRY, OPERATION)
static const arete_binary_row rows[ARETE_BINARY_COUNT][ARETE_ELEMENT_TYPES] = {
    FLOAT_OPERATIONS(FLOAT_ENTRIES) INTEGER_OPERATIONS(INTEGER_ENTRIES) SIGNED_OPERATIONS(SIGNED_ENTRIES)
        UNSIGNED_OPERATIONS(UNSIGNED_ENTRIES)};

arete_binary_row arete_binary_arithmetic(arete_binary_operation operation, arete_element_type type) {
    return rows[operation][type];
}
