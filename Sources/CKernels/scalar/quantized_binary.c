// Rows of quantized functions of two operands: sums in 32 bits, a chunk at a time, then requantized.
#include "arete_quantized_binary.h"
#include "fixed_point.h"

enum { CHUNK = 128 };

typedef int32_t (*load_function)(const void *values, size_t index);

static int32_t load_s8(const void *values, size_t index) { return ((const int8_t *)values)[index]; }
static int32_t load_u8(const void *values, size_t index) { return ((const uint8_t *)values)[index]; }
static int32_t load_s16(const void *values, size_t index) { return ((const int16_t *)values)[index]; }

static load_function loader(arete_element_type type) {
    return type == ARETE_INT8 ? load_s8 : type == ARETE_UINT8 ? load_u8 : load_s16;
}

static arete_requantization requantization(const arete_quantized_binary *p) {
    return (arete_requantization){.scale = &p->scale,
                                  .multiplier = &p->multiplier,
                                  .shift = &p->shift,
                                  .rounding = p->rounding,
                                  .output = p->type,
                                  .zero_point = p->zero_point,
                                  .minimum = p->minimum,
                                  .maximum = p->maximum};
}

static void store(const arete_quantized_binary *p, size_t index, int32_t value, void *output) {
    int32_t clamped = arete_clamp(value, p->minimum, p->maximum);
    switch (p->type) {
    case ARETE_INT8:
        ((int8_t *)output)[index] = (int8_t)clamped;
        break;
    case ARETE_UINT8:
        ((uint8_t *)output)[index] = (uint8_t)clamped;
        break;
    default:
        ((int16_t *)output)[index] = (int16_t)clamped;
        break;
    }
}

// Sums of table entries: 8-bit operands of sums, differences and squared differences.
static void table_sums(const arete_quantized_binary *p, const uint8_t *a, size_t a_step, const uint8_t *b,
                       size_t b_step, size_t count, int32_t *restrict sums) {
    const bool add = p->operation == ARETE_QUANTIZED_ADD || p->shift_only;
    for (size_t i = 0; i < count; i++) {
        int32_t x = p->a_table[a[i * a_step]], y = p->b_table[b[i * b_step]];
        int32_t sum = add ? fixed_add(x, y) : fixed_subtract(x, y);
        sums[i] = p->operation == ARETE_QUANTIZED_SQUARED_DIFFERENCE ? (int32_t)((uint32_t)sum * (uint32_t)sum) : sum;
    }
}

static int32_t word_sum(const arete_quantized_binary *p, int32_t a, int32_t b) {
    int32_t x = arete_multiply_fixed(arete_shift_left(a, p->left_shift), p->a_multiplier, p->a_shift);
    int32_t y = arete_multiply_fixed(arete_shift_left(b, p->left_shift), p->b_multiplier, p->b_shift);
    int32_t sum = p->operation == ARETE_QUANTIZED_ADD ? fixed_add(x, y) : fixed_subtract(x, y);
    return p->operation == ARETE_QUANTIZED_SQUARED_DIFFERENCE ? (int32_t)((uint32_t)sum * (uint32_t)sum) : sum;
}

static int32_t quotient(const arete_quantized_binary *p, int32_t a, int32_t b) {
    if (b < 0) {
        a = -a;
        b = -b;
    }
    int32_t over_unit = 0;
    int32_t inverse = fixed_reciprocal(b == 0 ? 1 : b, 31, &over_unit);
    uint32_t bits = (uint32_t)(a < 0 ? ~a : a);
    int32_t headroom = fixed_leading_zeros(bits) - 1;
    int32_t unscaled = arete_multiply_fixed(a, inverse, headroom);
    int32_t shift = p->shift - over_unit - headroom;
    return shift < -31 ? 0 : arete_multiply_fixed(unscaled, p->multiplier, shift);
}

static int32_t power_of_two_sum(const arete_quantized_binary *p, int32_t a, int32_t b) {
    int32_t x = arete_rounding_shift_right(a, -p->a_shift), y = arete_rounding_shift_right(b, -p->b_shift);
    return p->operation == ARETE_QUANTIZED_ADD ? x + y : x - y;
}

static int32_t prelu(const arete_quantized_binary *p, int32_t a, int32_t slope) {
    return a >= 0 ? arete_multiply_fixed(a, p->a_multiplier, p->a_shift)
                  : arete_multiply_fixed(a * slope, p->b_multiplier, p->b_shift);
}

// Results that need no further scaling.
static void direct_row(const arete_quantized_binary *p, const void *a, size_t a_step, const void *b, size_t b_step,
                       void *output, size_t count) {
    const load_function load = loader(p->type);
    const load_function load_b = p->operation == ARETE_QUANTIZED_PRELU && p->type == ARETE_INT16 ? load_s8 : load;
    for (size_t i = 0; i < count; i++) {
        int32_t x = load(a, i * a_step) - p->a_zero_point, y = load_b(b, i * b_step) - p->b_zero_point;
        int32_t value = p->operation == ARETE_QUANTIZED_DIV     ? quotient(p, x, y)
                        : p->operation == ARETE_QUANTIZED_PRELU ? prelu(p, x, y)
                                                                : power_of_two_sum(p, x, y);
        store(p, i, value + p->zero_point, output);
    }
}

static void fill_sums(const arete_quantized_binary *p, const void *a, size_t a_step, const void *b, size_t b_step,
                      size_t begin, size_t count, int32_t *restrict sums) {
    if (p->type != ARETE_INT16 && p->operation != ARETE_QUANTIZED_MUL) {
        table_sums(p, (const uint8_t *)a + begin * a_step, a_step, (const uint8_t *)b + begin * b_step, b_step, count,
                   sums);
        return;
    }
    const load_function load = loader(p->type);
    for (size_t i = 0; i < count; i++) {
        int32_t x = load(a, (begin + i) * a_step) - p->a_zero_point;
        int32_t y = load(b, (begin + i) * b_step) - p->b_zero_point;
        sums[i] = p->operation == ARETE_QUANTIZED_MUL ? x * y : word_sum(p, x, y);
    }
}

static void binary_row(const arete_quantized_binary *p, const void *a, size_t a_step, const void *b, size_t b_step,
                       void *output, size_t count) {
    if (p->operation == ARETE_QUANTIZED_DIV || p->operation == ARETE_QUANTIZED_PRELU || p->power_of_two) {
        direct_row(p, a, a_step, b, b_step, output, count);
        return;
    }
    const arete_requantization q = requantization(p);
    const size_t size = p->type == ARETE_INT16 ? 2 : 1;
    for (size_t begin = 0; begin < count; begin += CHUNK) {
        int32_t sums[CHUNK];
        size_t n = count - begin < CHUNK ? count - begin : CHUNK;
        fill_sums(p, a, a_step, b, b_step, begin, n, sums);
        uint8_t *target = (uint8_t *)output + begin * size;
        if (p->shift_only) {
            for (size_t i = 0; i < n; i++) {
                store(p, i, (sums[i] >> p->shift) + p->zero_point, target);
            }
        } else {
            arete_requantize_row(sums, n, 0, &q, target);
        }
    }
}

void arete_quantized_binary_rows(const void *binary, const arete_pair_rows *rows) {
    for (size_t row = 0; row < rows->rows; row++) {
        binary_row(binary, (const uint8_t *)rows->a + row * rows->a_pitch, rows->a_step,
                   (const uint8_t *)rows->b + row * rows->b_pitch, rows->b_step,
                   (uint8_t *)rows->output + row * rows->output_pitch, rows->count);
    }
}
