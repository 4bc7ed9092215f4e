// Names of the scalar convolutions: six entries a family, one per pair of operand types.
#pragma once
#include "arete_conv.h"
#include "widen.h"

#define ARETE_CONV_ENTRY_NAME(SUFFIX, FAMILY) arete_##SUFFIX##_##FAMILY

#define ARETE_DECLARE_CONV_ENTRY(SUFFIX, FAMILY)                                                                       \
    void ARETE_CONV_ENTRY_NAME(SUFFIX, FAMILY)(const arete_conv *conv, const void *input, const void *weights,         \
                                               const void *bias, void *output, size_t begin, size_t end,               \
                                               void *scratch);

#define ARETE_DECLARE_CONV_ENTRIES(FAMILY)                                                                             \
    ARETE_DECLARE_CONV_ENTRY(s8, FAMILY)                                                                               \
    ARETE_DECLARE_CONV_ENTRY(u8, FAMILY)                                                                               \
    ARETE_DECLARE_CONV_ENTRY(u8s8, FAMILY)                                                                             \
    ARETE_DECLARE_CONV_ENTRY(s8u8, FAMILY)                                                                             \
    ARETE_DECLARE_CONV_ENTRY(s16, FAMILY)                                                                              \
    ARETE_DECLARE_CONV_ENTRY(s16_wide, FAMILY)

ARETE_DECLARE_CONV_ENTRIES(conv2d)
ARETE_DECLARE_CONV_ENTRIES(depthwise)
ARETE_DECLARE_CONV_ENTRIES(transpose_conv)

/// Defines one entry as a call of the static function FAMILY with the operand types.
#define ARETE_DEFINE_CONV_ENTRY(SUFFIX, FAMILY)                                                                        \
    void ARETE_CONV_ENTRY_NAME(SUFFIX, FAMILY)(const arete_conv *conv, const void *input, const void *weights,         \
                                               const void *bias, void *output, size_t begin, size_t end,               \
                                               void *scratch) {                                                        \
        FAMILY(conv, &arete_operands_##SUFFIX, input, weights, bias, output, begin, end, scratch);                     \
    }

#define ARETE_DEFINE_CONV_ENTRIES(FAMILY)                                                                              \
    ARETE_DEFINE_CONV_ENTRY(s8, FAMILY)                                                                                \
    ARETE_DEFINE_CONV_ENTRY(u8, FAMILY)                                                                                \
    ARETE_DEFINE_CONV_ENTRY(u8s8, FAMILY)                                                                              \
    ARETE_DEFINE_CONV_ENTRY(s8u8, FAMILY)                                                                              \
    ARETE_DEFINE_CONV_ENTRY(s16, FAMILY)                                                                               \
    ARETE_DEFINE_CONV_ENTRY(s16_wide, FAMILY)

/// Initializer of a family's entries.
#define ARETE_CONV_ENTRIES(FAMILY)                                                                                     \
    {                                                                                                                  \
        .s8 = ARETE_CONV_ENTRY_NAME(s8, FAMILY), .u8 = ARETE_CONV_ENTRY_NAME(u8, FAMILY),                              \
        .u8s8 = ARETE_CONV_ENTRY_NAME(u8s8, FAMILY), .s8u8 = ARETE_CONV_ENTRY_NAME(s8u8, FAMILY),                      \
        .s16 = ARETE_CONV_ENTRY_NAME(s16, FAMILY), .s16_wide = ARETE_CONV_ENTRY_NAME(s16_wide, FAMILY),                \
    }
