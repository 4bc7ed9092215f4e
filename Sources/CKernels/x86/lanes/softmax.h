// Softmax of floats and its logarithm: the portable loops, which the compiler gives the region's vectors.
#pragma once
#include "../../scalar/softmax_loops.h"

DEFINE_SOFTMAX(f32, ARETE_FLOAT32, float, float, ARETE_SAME, ARETE_SAME, )
DEFINE_LOG_SOFTMAX(f32, ARETE_FLOAT32, float, float, ARETE_SAME, ARETE_SAME, )

#define SOFTMAX(name)                                                                                                  \
    arete_softmax_function name(arete_softmax_kind kind, arete_element_type type) {                                    \
        if (type != ARETE_FLOAT32 || kind == ARETE_HARDMAX) return arete_softmax(kind, type);                          \
        return kind == ARETE_SOFTMAX ? soft_f32 : kind == ARETE_LOG_SOFTMAX ? log_soft_f32 : 0;                        \
    }
