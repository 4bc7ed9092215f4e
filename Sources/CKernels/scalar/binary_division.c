// Rows of floored and truncated division, powers and angles.
#include "binary_rows.h"
#include <tgmath.h>

#pragma clang diagnostic ignored "-Wpass-failed" // loops that call the mathematical library stay scalar

static inline float floored_mod_f32(float u, float v) {
    const float rest = fmodf(u, v);
    if (rest == 0) return copysignf(0, v);
    return (rest < 0) != (v < 0) ? rest + v : rest;
}

static inline double floored_mod_f64(double u, double v) {
    const double rest = fmod(u, v);
    if (rest == 0) return copysign(0, v);
    return (rest < 0) != (v < 0) ? rest + v : rest;
}

/// u to the power v by squaring, modulo 2^64.
static inline uint64_t power_of_unsigned(uint64_t u, uint64_t v) {
    uint64_t result = 1;
    for (; v != 0; v >>= 1, u *= u) {
        if (v & 1) result *= u;
    }
    return result;
}

static inline uint64_t power_of_signed(int64_t u, int64_t v) {
    if (v >= 0) return power_of_unsigned((uint64_t)u, (uint64_t)v);
    if (u == 1) return 1;
    if (u == -1) return v & 1 ? UINT64_MAX : 1;
    return 0;
}

#define FLOORED_MOD(u, v) _Generic((u), float : floored_mod_f32, double : floored_mod_f64)(u, v)
#define FLOAT_OPERATIONS(X)                                                                                            \
    X(FLOOR_DIV, floor(u / v))                                                                                         \
    X(FLOOR_MOD, FLOORED_MOD(u, v))                                                                                    \
    X(TRUNC_MOD, fmod(u, v))                                                                                           \
    X(POW, pow(u, v))                                                                                                  \
    X(ATAN2, atan2(u, v))
// A divisor of -1 is apart because the smallest integer divided by it overflows.
#define SIGNED_OPERATIONS(X)                                                                                           \
    X(FLOOR_DIV, v == 0 ? 0 : v == -1 ? 0 - (uint64_t)u : (uint64_t)(u / v - (u % v != 0 && (u < 0) != (v < 0))))      \
    X(FLOOR_MOD, v == 0 || v == -1 ? 0 : u % v != 0 && (u < 0) != (v < 0) ? u % v + v : u % v)                         \
    X(TRUNC_MOD, v == 0 || v == -1 ? 0 : u % v)                                                                        \
    X(POW, power_of_signed(u, v))
#define UNSIGNED_OPERATIONS(X)                                                                                         \
    X(FLOOR_DIV, v == 0 ? 0 : u / v)                                                                                   \
    X(FLOOR_MOD, v == 0 ? 0 : u % v)                                                                                   \
    X(TRUNC_MOD, v == 0 ? 0 : u % v)                                                                                   \
    X(POW, power_of_unsigned(u, v))

#define FLOAT_ROWS(OPERATION, RESULT) ARETE_FOR_FLOATS(ARETE_VALUE_ROW, OPERATION, RESULT)
#define SIGNED_ROWS(OPERATION, RESULT) ARETE_FOR_SIGNED(ARETE_VALUE_ROW, OPERATION, RESULT)
#define UNSIGNED_ROWS(OPERATION, RESULT) ARETE_FOR_UNSIGNED(ARETE_VALUE_ROW, OPERATION, RESULT)
FLOAT_OPERATIONS(FLOAT_ROWS)
SIGNED_OPERATIONS(SIGNED_ROWS)
UNSIGNED_OPERATIONS(UNSIGNED_ROWS)

#define FLOAT_ENTRIES(OPERATION, RESULT) ARETE_FOR_FLOATS(ARETE_BINARY_ENTRY, OPERATION)
#define SIGNED_ENTRIES(OPERATION, RESULT) ARETE_FOR_SIGNED(ARETE_BINARY_ENTRY, OPERATION)
#define UNSIGNED_ENTRIES(OPERATION, RESULT) ARETE_FOR_UNSIGNED(ARETE_BINARY_ENTRY, OPERATION)
static const arete_binary_row rows[ARETE_BINARY_COUNT][ARETE_ELEMENT_TYPES] = {
    FLOAT_OPERATIONS(FLOAT_ENTRIES) SIGNED_OPERATIONS(SIGNED_ENTRIES) UNSIGNED_OPERATIONS(UNSIGNED_ENTRIES)};

arete_binary_row arete_binary_division(arete_binary_operation operation, arete_element_type type) {
    return rows[operation][type];
}
