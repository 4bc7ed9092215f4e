// Elementwise functions of one float with constants a and b, as expressions of v.
#pragma once
#include "vector_math.h"
#include <tgmath.h>

// X(operation, value of v with constants a and b)
#define PARAMETRIC_OPERATIONS(X)                                                                                       \
    X(LEAKY_RELU, v < 0 ? a * v : v)                                                                                   \
    X(ELU, v < 0 ? a * expm1(v) : v)                                                                                   \
    X(SELU, b *(v < 0 ? a * expm1(v) : v))                                                                             \
    X(CELU, v < 0 ? a * expm1(v / a) : v)                                                                              \
    X(THRESHOLDED_RELU, v > a ? v : 0)                                                                                 \
    X(HARD_SIGMOID, a *v + b < 0 ? 0 : a * v + b > 1 ? 1 : a * v + b)                                                  \
    X(SHRINK, v<-a ? v + b : v> a ? v - b : 0)                                                                         \
    X(POW, a == 2 ? v * v : pow(v, a))                                                                                 \
    X(SWISH, v / ARETE_LOGISTIC_DIVISOR(a * v))                                                                        \
    X(AFFINE, a *v + b)                                                                                                \
    X(SCALED_TANH, a *tanh(b *v))                                                                                      \
    X(CLIP, (v < a ? a : v) > b ? b : (v < a ? a : v))
