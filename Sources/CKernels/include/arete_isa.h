// The instruction sets that the kernels are written for.
#pragma once
#include "arete_types.h"

typedef enum {
    ARETE_ISA_SCALAR = 0,
    ARETE_ISA_AVX2,       // 256-bit integers without a byte dot product
    ARETE_ISA_AVXVNNI,    // 256-bit byte dot product, VEX encoding
    ARETE_ISA_AVX512VL,   // the same kernels in EVEX encoding
    ARETE_ISA_AVX512VNNI, // 512-bit byte dot product
    ARETE_ISA_AVX512VBMI, // and byte permutations
    ARETE_ISA_COUNT,
} arete_isa;

/// Lower-case name, as the command line takes it; NULL for a number that is none.
ARETE_AT_LOAD const char *arete_isa_name(arete_isa isa);

/// Whether this build has kernels for it and this machine runs them.
ARETE_AT_LOAD bool arete_isa_available(arete_isa isa);
