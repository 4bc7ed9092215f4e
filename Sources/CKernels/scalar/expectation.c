// Means under softmax distributions of bytes, row by row.
#include "arete_expectation.h"

void arete_expectation_rows(const arete_expectation *plan, const uint8_t *x, float *y, size_t begin, size_t end) {
    for (size_t r = begin; r < end; r++) {
        const uint8_t *const row = x + r / plan->run * plan->pitch + r % plan->run * plan->bins;
        int greatest = 0;
        for (size_t i = 0; i < plan->bins; i++) {
            const int value = row[i] ^ plan->flip;
            greatest = value > greatest ? value : greatest;
        }
        float sum = 0, total = 0;
        for (size_t i = 0; i < plan->bins; i++) {
            const float power = plan->powers[greatest - (row[i] ^ plan->flip)];
            sum += plan->weights[i] * power;
            total += power;
        }
        y[r] = sum / total;
    }
}
