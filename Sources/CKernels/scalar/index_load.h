// Reads one index of any type.
#pragma once
#include "arete_types.h"

/// Indices beyond the range of int64 become its largest value, which is out of range everywhere; so do NaN and
/// fractions.
static inline int64_t arete_load_index(arete_element_type type, const void *indices, size_t i) {
    switch (type) {
    case ARETE_INT64:
        return ((const int64_t *)indices)[i];
    case ARETE_INT32:
        return ((const int32_t *)indices)[i];
    case ARETE_UINT32:
        return ((const uint32_t *)indices)[i];
    case ARETE_INT16:
        return ((const int16_t *)indices)[i];
    case ARETE_UINT16:
        return ((const uint16_t *)indices)[i];
    case ARETE_INT8:
        return ((const int8_t *)indices)[i];
    case ARETE_UINT8:
        return ((const uint8_t *)indices)[i];
    case ARETE_UINT64: {
        const uint64_t value = ((const uint64_t *)indices)[i];
        return value > INT64_MAX ? INT64_MAX : (int64_t)value;
    }
    case ARETE_FLOAT32:
    case ARETE_FLOAT64: {
        const double value = type == ARETE_FLOAT32 ? ((const float *)indices)[i] : ((const double *)indices)[i];
        if (!(value >= -0x1p62 && value <= 0x1p62)) return INT64_MAX;
        return (double)(int64_t)value == value ? (int64_t)value : INT64_MAX;
    }
    default:
        return INT64_MAX;
    }
}

/// The index counted from the start, or `extent` when it is out of range.
static inline size_t arete_checked_index(arete_element_type type, const void *indices, size_t i, size_t extent) {
    const int64_t index = arete_load_index(type, indices, i);
    const int64_t place = index < 0 ? index + (int64_t)extent : index;
    return place >= 0 && (uint64_t)place < extent ? (size_t)place : extent;
}

/// Copies a unit; common element sizes become one load and one store.
static inline void arete_copy_unit(char *y, const char *x, size_t unit) {
    switch (unit) {
    case 1:
        __builtin_memcpy(y, x, 1);
        break;
    case 2:
        __builtin_memcpy(y, x, 2);
        break;
    case 4:
        __builtin_memcpy(y, x, 4);
        break;
    case 8:
        __builtin_memcpy(y, x, 8);
        break;
    default:
        __builtin_memcpy(y, x, unit);
        break;
    }
}
