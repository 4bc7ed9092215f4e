// Softmax of floats: the portable loops, which the compiler gives the region's vectors.
#pragma once
#include "../../scalar/softmax_loops.h"

DEFINE_SOFTMAX(f32, ARETE_FLOAT32, float, float, ARETE_SAME, ARETE_SAME, )

#define SOFTMAX(name)                                                                                                  \
    arete_softmax_function name(arete_softmax_kind kind, arete_element_type type) {                                    \
        return kind == ARETE_SOFTMAX && type == ARETE_FLOAT32 ? soft_f32 : arete_softmax(kind, type);                  \
    }
