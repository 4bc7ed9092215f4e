// The 256-bit byte dot product of AVX-VNNI and of AVX-512 VL, which differ in the encoding: DOT names the intrinsic,
// PIXEL_GROUPS how many vectors of outputs the registers hold.
#pragma once
#include "bytes256.h"

enum { WEIGHT_BYTES = 1, PIXELS = PIXEL_GROUPS, STRIP_PIXELS = PIXEL_GROUPS };

typedef vec activation_vec;
typedef vec weight_vec;

static inline activation_vec operand(vec columns) { return columns; }
static inline weight_vec load_weights(const uint8_t *weights) { return _mm256_load_si256((const __m256i *)weights); }
static inline vec dot(vec sum, activation_vec a, weight_vec w) { return DOT(sum, a, w); }
