// Elementwise functions of one operand.
#pragma once
#include "arete_types.h"

typedef enum {
    ARETE_UNARY_IDENTITY,
    ARETE_UNARY_ABS,
    ARETE_UNARY_NEG,
    ARETE_UNARY_SIGN,
    ARETE_UNARY_SQUARE,
    ARETE_UNARY_RELU,
    ARETE_UNARY_RELU6,
    ARETE_UNARY_RELU_N1, // clamped to -1 ... 1
    ARETE_UNARY_CEIL,
    ARETE_UNARY_FLOOR,
    ARETE_UNARY_ROUND, // half to even
    ARETE_UNARY_SQRT,
    ARETE_UNARY_RSQRT,
    ARETE_UNARY_RECIPROCAL,
    ARETE_UNARY_EXP,
    ARETE_UNARY_LOG,
    ARETE_UNARY_SIN,
    ARETE_UNARY_COS,
    ARETE_UNARY_TAN,
    ARETE_UNARY_ASIN,
    ARETE_UNARY_ACOS,
    ARETE_UNARY_ATAN,
    ARETE_UNARY_SINH,
    ARETE_UNARY_COSH,
    ARETE_UNARY_TANH,
    ARETE_UNARY_ASINH,
    ARETE_UNARY_ACOSH,
    ARETE_UNARY_ATANH,
    ARETE_UNARY_ERF,
    ARETE_UNARY_SIGMOID,
    ARETE_UNARY_SOFTPLUS,
    ARETE_UNARY_SOFTSIGN,
    ARETE_UNARY_MISH,
    ARETE_UNARY_GELU,            // with the error function
    ARETE_UNARY_GELU_TANH,       // with the tanh approximation
    ARETE_UNARY_HARD_SWISH,      // x * min(max(x + 3, 0), 6) / 6
    ARETE_UNARY_HARD_SWISH_ONNX, // x * min(max(x / 6 + 0.5, 0), 1)
    ARETE_UNARY_NOT,             // of booleans
    ARETE_UNARY_BITWISE_NOT,
    ARETE_UNARY_IS_NAN, // result type bool
    ARETE_UNARY_IS_INF, // result type bool
    ARETE_UNARY_COUNT,
} arete_unary_operation;

/// Computes elements begin ..< end of y from x; y may be x itself where the result has the operand's size.
typedef void (*arete_unary_function)(const void *x, void *y, size_t begin, size_t end);

/// Null when the operation has no meaning for elements of the type. Results are of the operand's type but for IS_...
ARETE_AT_LOAD arete_unary_function arete_unary(arete_unary_operation operation, arete_element_type type);

/// Functions of one operand with constants a and b.
typedef enum {
    ARETE_PARAMETRIC_LEAKY_RELU,       // x < 0 ? a x : x
    ARETE_PARAMETRIC_ELU,              // x < 0 ? a (exp(x) - 1) : x
    ARETE_PARAMETRIC_SELU,             // b (x < 0 ? a (exp(x) - 1) : x)
    ARETE_PARAMETRIC_CELU,             // x < 0 ? a (exp(x / a) - 1) : x
    ARETE_PARAMETRIC_THRESHOLDED_RELU, // x > a ? x : 0
    ARETE_PARAMETRIC_HARD_SIGMOID,     // min(max(a x + b, 0), 1)
    ARETE_PARAMETRIC_SHRINK,           // x < -a ? x + b : x > a ? x - b : 0
    ARETE_PARAMETRIC_POW,              // x to the power a
    ARETE_PARAMETRIC_SWISH,            // x sigmoid(a x)
    ARETE_PARAMETRIC_AFFINE,           // a x + b
    ARETE_PARAMETRIC_SCALED_TANH,      // a tanh(b x)
    ARETE_PARAMETRIC_CLIP,             // min(max(x, a), b)
    ARETE_PARAMETRIC_COUNT,
} arete_parametric_operation;

typedef struct {
    double a, b;
} arete_parameters;

/// As `arete_unary_function`; the constants are rounded to the compute type first.
typedef void (*arete_parametric_function)(const void *x, void *y, size_t begin, size_t end,
                                          const arete_parameters *parameters);

/// For the four float types; null otherwise.
ARETE_AT_LOAD arete_parametric_function arete_parametric(arete_parametric_operation operation, arete_element_type type);

/// Clamps elements begin ..< end to [*lowest, *highest], which have the operand's type; a null bound is no bound. As
/// min(max(x, lowest), highest): NaN stays NaN, and the upper bound wins where the bounds cross.
typedef void (*arete_clip_function)(const void *x, void *y, size_t begin, size_t end, const void *lowest,
                                    const void *highest);

/// For all numeric types; null otherwise.
ARETE_AT_LOAD arete_clip_function arete_clip(arete_element_type type);

/// A function of floats, by one of the two signatures; none where both are NULL.
typedef struct {
    arete_unary_function plain;
    arete_parametric_function parametric;
    arete_parameters parameters;
} arete_float_function;

static inline bool arete_float_function_exists(const arete_float_function *f) { return f->plain || f->parametric; }

/// Replaces each of `rows` rows of `count` floats, `pitch` floats apart, by its function.
static inline void arete_float_function_apply(const arete_float_function *f, float *values, size_t pitch, size_t rows,
                                              size_t count) {
    if (pitch == count) {
        count *= rows;
        rows = 1;
    }
    for (; rows != 0; rows--, values += pitch) {
        if (f->plain) {
            f->plain(values, values, 0, count);
        } else if (f->parametric) {
            f->parametric(values, values, 0, count, &f->parameters);
        }
    }
}
