// Conversions of 8-bit and 16-bit elements to int16 minus a zero point; in the vocabulary of the scalar kernels only.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef void (*arete_widen_function)(const void *restrict source, size_t count, int32_t zero_point,
                                     int16_t *restrict target);

#define ARETE_DEFINE_WIDEN(NAME, TYPE)                                                                                 \
    static inline void NAME(const void *restrict source, size_t count, int32_t zero_point, int16_t *restrict target) { \
        const TYPE *restrict values = source;                                                                          \
        const int16_t offset = (int16_t)zero_point;                                                                    \
        for (size_t i = 0; i < count; i++) {                                                                           \
            target[i] = (int16_t)(values[i] - offset);                                                                 \
        }                                                                                                              \
    }

ARETE_DEFINE_WIDEN(arete_widen_s8, int8_t)
ARETE_DEFINE_WIDEN(arete_widen_u8, uint8_t)
ARETE_DEFINE_WIDEN(arete_widen_s16, int16_t)

/// Types of one kernel: how to widen activations and weights, and how wide an activation and an accumulator are.
typedef struct {
    arete_widen_function input, weights;
    size_t input_size;
    int wide; // 64-bit accumulators
} arete_operand_types;

/// What is subtracted as activations are widened: the zero point, where the difference fits 16 bits.
static inline int32_t arete_widened_zero(const arete_operand_types *types, int32_t zero_point) {
    return types->input_size == 1 || types->wide ? zero_point : 0;
}

static const arete_operand_types arete_operands_s8 = {arete_widen_s8, arete_widen_s8, 1, 0};
static const arete_operand_types arete_operands_u8 = {arete_widen_u8, arete_widen_u8, 1, 0};
static const arete_operand_types arete_operands_u8s8 = {arete_widen_u8, arete_widen_s8, 1, 0};
static const arete_operand_types arete_operands_s8u8 = {arete_widen_s8, arete_widen_u8, 1, 0};
static const arete_operand_types arete_operands_s16 = {arete_widen_s16, arete_widen_s8, 2, 0};
static const arete_operand_types arete_operands_s16_wide = {arete_widen_s16, arete_widen_s8, 2, 1};
