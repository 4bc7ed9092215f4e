// Factors and offsets with which vectors requantize the sums of layers with 64-bit biases.
#include "arete_packed_conv.h"

#include <math.h>
#include <string.h>

// Channels of the widest vector, which may begin at the last channel.
enum { ROOM = 16 };

size_t arete_wide_finish_count(size_t channels) { return 2 * (channels + ROOM); }

bool arete_wide_finish_prepare(const arete_packed_conv *layer, double *finish) {
    const arete_requantization *q = &layer->conv.requantization;
    const size_t channels = layer->conv.window.output_channels;
    const bool is_fixed = q->rounding == ARETE_ROUND_FIXED || q->rounding == ARETE_ROUND_FIXED_UP;
    if (!layer->wide || !is_fixed || q->output != ARETE_INT16 || q->zero_point != 0) {
        return false;
    }
    memset(finish, 0, arete_wide_finish_count(channels) * sizeof(double));
    double *offsets = finish + channels + ROOM;
    for (size_t c = 0; c < channels; c++) {
        const int32_t multiplier = q->multiplier[q->step ? c : 0], shift = q->shift[q->step ? c : 0];
        const int32_t reduced = multiplier < 0x7FFF0000 ? (multiplier + (1 << 15)) >> 16 : 0x7FFF;
        const int64_t bias = layer->wide_bias ? layer->wide_bias[c] : 0;
        if (reduced == 0) {
            offsets[c] = 0.5; // a channel that is 0 whatever it sums
            continue;
        }
        // Factors below 1/2 keep results within 32 bits; products of 37 and 15 bits are exact.
        if (multiplier < 0 || shift > -1 || shift < -40 || bias > INT64_C(1) << 36 || bias < -(INT64_C(1) << 36)) {
            return false;
        }
        finish[c] = ldexp(reduced, shift - 15);
        offsets[c] = (double)bias * finish[c] + 0.5;
        if (fabs(offsets[c]) > 0x1p29) {
            return false;
        }
    }
    return true;
}
