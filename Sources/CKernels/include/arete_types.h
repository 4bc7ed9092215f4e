// Types shared by every kernel family.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Element types of buffers passed to kernels; the values are part of the Swift side's `ElementType`.
typedef enum {
    ARETE_BOOL = 0,
    ARETE_INT8 = 1,
    ARETE_UINT8 = 2,
    ARETE_INT16 = 3,
    ARETE_UINT16 = 4,
    ARETE_INT32 = 5,
    ARETE_UINT32 = 6,
    ARETE_INT64 = 7,
    ARETE_UINT64 = 8,
    ARETE_FLOAT16 = 9,
    ARETE_BFLOAT16 = 10,
    ARETE_FLOAT32 = 11,
    ARETE_FLOAT64 = 12,
    ARETE_INT4 = 13,  // unpacked: one element a byte, as int8
    ARETE_UINT4 = 14, // unpacked: one element a byte, as uint8
} arete_element_type;

/// Marks functions that run while a model is loaded: they lie side by side, so that a start brings few pages of the
/// program in.
#define ARETE_AT_LOAD __attribute__((cold))

/// Most dimensions a tensor may have.
enum { ARETE_MAX_RANK = 8 };
