// Layer, group, batch, local response and Lp normalization.
#include "arete_normalize.h"
#include "row_sum.h"
#include <math.h>

#pragma clang diagnostic ignored "-Wpass-failed"

// The squares of distances from a mean of n stored elements, summed in the order of row sums.
#define DEFINE_SQUARES(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, ...)                                                  \
    static double squares_##TAG(const STORED *x, size_t n, double mean) {                                              \
        double sums[ROW_SUM_PARTS] = {0}, sum = 0;                                                                     \
        size_t i = 0;                                                                                                  \
        for (; i + ROW_SUM_PARTS <= n; i += ROW_SUM_PARTS) {                                                           \
            for (size_t l = 0; l < ROW_SUM_PARTS; l++) {                                                               \
                const double d = (double)LOAD(x[i + l]) - mean;                                                        \
                sums[l] += d * d;                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
        for (; i < n; i++) sum += ((double)LOAD(x[i]) - mean) * ((double)LOAD(x[i]) - mean);                           \
        for (size_t l = 0; l < ROW_SUM_PARTS; l++) sum += sums[l];                                                     \
        return sum;                                                                                                    \
    }
ARETE_FOR_FLOATS(DEFINE_SQUARES, )

#define DEFINE(TAG, TYPE, STORED, COMPUTED, LOAD, STORE, ...)                                                          \
    static void layer_##TAG(const arete_layer_norm_plan *plan, const void *x, const void *scale, const void *bias,     \
                            void *y, void *mean, void *inverse, size_t begin, size_t end) {                            \
        const size_t n = plan->n;                                                                                      \
        const STORED *const factors = scale, *const terms = bias;                                                      \
        for (size_t row = begin; row < end; row++) {                                                                   \
            const STORED *const from = (const STORED *)x + row * n;                                                    \
            STORED *const to = (STORED *)y + row * n;                                                                  \
            const double center = plan->rms ? 0 : row_sum_##TAG(from, n) / (double)n;                                  \
            const double spread = 1 / sqrt(squares_##TAG(from, n, center) / (double)n + plan->epsilon);                \
            const COMPUTED m = (COMPUTED)center, s = (COMPUTED)spread;                                                 \
            if (mean != NULL) ((COMPUTED *)mean)[row] = m;                                                             \
            if (inverse != NULL) ((COMPUTED *)inverse)[row] = s;                                                       \
            ARETE_ELEMENTWISE for (size_t i = 0; i < n; i++) {                                                         \
                const COMPUTED factor = factors == NULL ? (COMPUTED)1 : LOAD(factors[i]);                              \
                const COMPUTED term = terms == NULL ? (COMPUTED)0 : LOAD(terms[i]);                                    \
                to[i] = STORE((LOAD(from[i]) - m) * s * factor + term);                                                \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    static void group_##TAG(const arete_group_norm_plan *plan, const void *x, const void *scale, const void *bias,     \
                            void *y, size_t begin, size_t end) {                                                       \
        const size_t n = plan->channels * plan->area;                                                                  \
        for (size_t group = begin; group < end; group++) {                                                             \
            const STORED *const from = (const STORED *)x + group * n;                                                  \
            STORED *const to = (STORED *)y + group * n;                                                                \
            const double center = row_sum_##TAG(from, n) / (double)n;                                                  \
            const double spread = 1 / sqrt(squares_##TAG(from, n, center) / (double)n + plan->epsilon);                \
            const COMPUTED m = (COMPUTED)center, s = (COMPUTED)spread;                                                 \
            for (size_t c = 0; c < plan->channels; c++) {                                                              \
                const size_t channel = group % plan->groups * plan->channels + c;                                      \
                const COMPUTED factor = scale == NULL ? (COMPUTED)1 : LOAD(((const STORED *)scale)[channel]);          \
                const COMPUTED term = bias == NULL ? (COMPUTED)0 : LOAD(((const STORED *)bias)[channel]);              \
                const size_t stop = (c + 1) * plan->area;                                                              \
                ARETE_ELEMENTWISE for (size_t i = c * plan->area; i < stop; i++) {                                     \
                    to[i] = STORE((LOAD(from[i]) - m) * s * factor + term);                                            \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    static void batch_##TAG(const void *scale, const void *bias, const void *mean, const void *variance,               \
                            double epsilon, void *multiplier, void *offset, size_t n) {                                \
        for (size_t c = 0; c < n; c++) {                                                                               \
            const double factor = (double)LOAD(((const STORED *)scale)[c]) /                                           \
                                  sqrt((double)LOAD(((const STORED *)variance)[c]) + epsilon);                         \
            const double center = (double)LOAD(((const STORED *)mean)[c]);                                             \
            ((COMPUTED *)multiplier)[c] = (COMPUTED)factor;                                                            \
            ((COMPUTED *)offset)[c] = (COMPUTED)((double)LOAD(((const STORED *)bias)[c]) - center * factor);           \
        }                                                                                                              \
    }                                                                                                                  \
    static void affine_##TAG(size_t channels, size_t inner, const void *x, const void *multiplier, const void *offset, \
                             void *y, size_t begin, size_t end) {                                                      \
        const COMPUTED *const factors = multiplier, *const terms = offset;                                             \
        if (inner == 1) { /* channels last: whole rows of channels at a time */                                        \
            for (size_t at = begin, next; at < end; at = next) {                                                       \
                const size_t first = at % channels, room = channels - first;                                           \
                next = end - at < room ? end : at + room;                                                              \
                const STORED *const from = (const STORED *)x + at;                                                     \
                STORED *const to = (STORED *)y + at;                                                                   \
                ARETE_ELEMENTWISE for (size_t i = 0; i < next - at; i++) {                                             \
                    to[i] = STORE(LOAD(from[i]) * factors[first + i] + terms[first + i]);                              \
                }                                                                                                      \
            }                                                                                                          \
            return;                                                                                                    \
        }                                                                                                              \
        for (size_t at = begin; at < end; at++) {                                                                      \
            const COMPUTED factor = factors[at % channels], term = terms[at % channels];                               \
            const STORED *const from = (const STORED *)x + at * inner;                                                 \
            STORED *const to = (STORED *)y + at * inner;                                                               \
            ARETE_ELEMENTWISE for (size_t i = 0; i < inner; i++) to[i] = STORE(LOAD(from[i]) * factor + term);         \
        }                                                                                                              \
    }                                                                                                                  \
    static void response_##TAG(const arete_response_plan *plan, const void *x, void *y, size_t begin, size_t end) {    \
        const size_t inner = plan->inner;                                                                              \
        for (size_t at = begin; at < end; at++) {                                                                      \
            const size_t channel = at % plan->channels, room = plan->channels - 1 - channel;                           \
            const size_t first = at - (channel < plan->before ? channel : plan->before);                               \
            const size_t last = at + (room < plan->after ? room : plan->after);                                        \
            for (size_t i = 0; i < inner; i++) {                                                                       \
                double sum = 0;                                                                                        \
                for (size_t c = first; c <= last; c++) {                                                               \
                    const double v = (double)LOAD(((const STORED *)x)[c * inner + i]);                                 \
                    sum += v * v;                                                                                      \
                }                                                                                                      \
                const double v = (double)LOAD(((const STORED *)x)[at * inner + i]);                                    \
                ((STORED *)y)[at * inner + i] =                                                                        \
                    STORE((COMPUTED)(v / pow(plan->bias + plan->alpha * sum, plan->beta)));                            \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    static void lp_##TAG(const arete_lp_norm_plan *plan, const void *x, void *y, size_t begin, size_t end) {           \
        const size_t step = plan->inner;                                                                               \
        for (size_t column = begin; column < end; column++) {                                                          \
            const size_t place = column / step * plan->n * step + column % step;                                       \
            const STORED *const from = (const STORED *)x + place;                                                      \
            STORED *const to = (STORED *)y + place;                                                                    \
            double sum = 0;                                                                                            \
            for (size_t i = 0; i < plan->n; i++) {                                                                     \
                const double v = (double)LOAD(from[i * step]);                                                         \
                sum += plan->p == 1 ? fabs(v) : v * v;                                                                 \
            }                                                                                                          \
            const double norm = plan->p == 1 ? sum : sqrt(sum);                                                        \
            const COMPUTED divisor = (COMPUTED)(norm < plan->smallest ? plan->smallest : norm);                        \
            for (size_t i = 0; i < plan->n; i++) {                                                                     \
                to[i * step] = STORE(divisor == 0 ? (COMPUTED)0 : LOAD(from[i * step]) / divisor);                     \
            }                                                                                                          \
        }                                                                                                              \
    }
ARETE_FOR_FLOATS(DEFINE, )

#define LOOKUP(FUNCTION, NAME, KIND)                                                                                   \
    static const FUNCTION KIND##_functions[ARETE_ELEMENT_TYPES] = {                                                    \
        [ARETE_FLOAT16] = KIND##_f16,                                                                                  \
        [ARETE_BFLOAT16] = KIND##_bf16,                                                                                \
        [ARETE_FLOAT32] = KIND##_f32,                                                                                  \
        [ARETE_FLOAT64] = KIND##_f64,                                                                                  \
    };                                                                                                                 \
    FUNCTION NAME(arete_element_type type) { return arete_is_element_type(type) ? KIND##_functions[type] : NULL; }
LOOKUP(arete_layer_norm_function, arete_layer_norm, layer)
LOOKUP(arete_group_norm_function, arete_group_norm, group)
LOOKUP(arete_batch_norm_function, arete_batch_norm, batch)
LOOKUP(arete_channel_affine_function, arete_channel_affine, affine)
LOOKUP(arete_response_function, arete_local_response, response)
LOOKUP(arete_lp_norm_function, arete_lp_norm, lp)
