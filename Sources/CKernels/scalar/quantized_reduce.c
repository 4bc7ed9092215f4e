// Means and sums of quantized values: 32-bit sums, scaled once.
#include "arete_quantized_reduce.h"
#include "arete_requantize.h"
#include "reduce_loops.h"

#include <math.h>

bool arete_quantized_reduction_prepare(arete_quantized_reduction *r, arete_arithmetic arithmetic, bool mean,
                                       arete_element_type type, size_t count, arete_affine input, arete_affine output) {
    *r = (arete_quantized_reduction){.arithmetic = arithmetic, .type = type};
    r->output_zero_point = output.zero_point;
    r->zero_offset = (int32_t)((uint32_t)input.zero_point * (uint32_t)count);
    if (type != ARETE_INT8 && type != ARETE_UINT8 && (type != ARETE_INT16 || arithmetic == ARETE_FAST)) {
        return false;
    }
    if (arithmetic == ARETE_FAST) {
        const float ratio = input.scale / output.scale;
        r->scale = mean ? ratio * (1.0f / (float)count) : ratio;
        r->offset = (float)output.zero_point - (float)(int32_t)count * (float)input.zero_point * r->scale;
        return true;
    }
    arete_quantize_multiplier((double)input.scale / (double)output.scale, &r->multiplier, &r->shift);
    if (mean && count > 0) {
        int32_t shift = 63 - __builtin_clzll((unsigned long long)count);
        shift = shift < 32 ? shift : 32;
        shift = shift < 31 + r->shift ? shift : 31 + r->shift;
        r->multiplier = (int32_t)(((int64_t)r->multiplier << shift) / (int64_t)count);
        r->shift -= shift;
    }
    return true;
}

static int32_t finished(const arete_quantized_reduction *r, int32_t sum) {
    const int32_t low = arete_type_minimum(r->type), high = arete_type_maximum(r->type);
    if (r->arithmetic == ARETE_FAST) {
        const float y = rintf((float)sum * r->scale + r->offset);
        return (int32_t)(y > (float)low ? y < (float)high ? y : (float)high : (float)low);
    }
    const int32_t centred = (int32_t)((uint32_t)sum - (uint32_t)r->zero_offset);
    const int64_t y = (int64_t)arete_multiply_fixed(centred, r->multiplier, r->shift) + r->output_zero_point;
    return y < low ? low : y > high ? high : (int32_t)y;
}

#define DEFINE_SUMS(TAG, TYPE)                                                                                         \
    static void sums_##TAG(const arete_reduce_plan *plan, const void *input, size_t result, size_t run,                \
                           uint32_t *restrict sums) {                                                                  \
        const TYPE *base = (const TYPE *)input + arete_kept_offset(plan, result);                                      \
        for (size_t j = 0; j < run; j++) sums[j] = 0;                                                                  \
        if (plan->rows) {                                                                                              \
            const size_t outer = plan->reduced_rank - 1, n = plan->reduced[outer];                                     \
            for (size_t r = 0; n > 0 && r < plan->count / n; r++) {                                                    \
                const TYPE *restrict row = base + arete_reduced_offset(plan, outer, r);                                \
                for (size_t i = 0; i < n; i++) sums[0] += (uint32_t)row[i];                                            \
            }                                                                                                          \
            return;                                                                                                    \
        }                                                                                                              \
        for (size_t r = 0; r < plan->count; r++) {                                                                     \
            const TYPE *restrict row = base + arete_reduced_offset(plan, plan->reduced_rank, r);                       \
            for (size_t j = 0; j < run; j++) sums[j] += (uint32_t)row[j];                                              \
        }                                                                                                              \
    }

DEFINE_SUMS(s8, int8_t)
DEFINE_SUMS(u8, uint8_t)
DEFINE_SUMS(s16, int16_t)

void arete_quantized_reduce(const arete_quantized_reduction *r, const arete_reduce_plan *plan, const void *input,
                            void *output, size_t begin, size_t end) {
    uint32_t sums[ARETE_REDUCE_COLUMNS];
    for (size_t at = begin, run; at < end; at += run) {
        run = plan->rows ? 1 : arete_kept_run(plan, at, end);
        switch (r->type) {
        case ARETE_INT8:
            sums_s8(plan, input, at, run, sums);
            break;
        case ARETE_UINT8:
            sums_u8(plan, input, at, run, sums);
            break;
        default:
            sums_s16(plan, input, at, run, sums);
            break;
        }
        for (size_t j = 0; j < run; j++) {
            const int32_t y = finished(r, (int32_t)sums[j]);
            if (r->type == ARETE_INT16) {
                ((int16_t *)output)[at + j] = (int16_t)y;
            } else {
                ((uint8_t *)output)[at + j] = (uint8_t)y;
            }
        }
    }
}
