// Sums of a depthwise layer whose activations are quantized as it runs, made floats in registers. To be included inside
// the target region, after the vectors.
#pragma once

// What each result of a period is made with, in the order of the results: (sum - excess) * first * second + bias. All
// orders of arete_dynamic_order are of this form, by what the factors are.
typedef struct {
    int32_t *excess;
    float *first, *second, *bias;
    float minimum, maximum;
    bool fused;
} DEPTHWISE(dynamic);

static inline size_t DEPTHWISE(dynamic_bytes)(const depthwise_plan *plan) {
    return 4 * plan->blocks * VECTOR * sizeof(float);
}

/// Whether results are one run of floats for each row.
static inline bool DEPTHWISE(is_dynamic)(const arete_packed_conv *layer) {
    return layer->dynamic && layer->dynamic->output.weight_scales &&
           layer->output_stride == layer->conv.window.output_channels;
}

static DEPTHWISE(dynamic)
    DEPTHWISE(make_dynamic)(const arete_packed_conv *layer, const depthwise_plan *plan, size_t pixel, void *memory) {
    const arete_dynamic_finish *finish = layer->dynamic;
    const arete_dynamic_output *form = &finish->output;
    const arete_dynamic_scale activation = finish->scales[pixel / finish->pixels];
    const size_t places = plan->blocks * VECTOR;
    float *numbers = memory;
    const DEPTHWISE(dynamic) d = {.excess = (int32_t *)(void *)numbers,
                                  .first = numbers + places,
                                  .second = numbers + 2 * places,
                                  .bias = numbers + 3 * places,
                                  .minimum = form->minimum,
                                  .maximum = form->maximum,
                                  .fused = form->order == ARETE_DYNAMIC_FUSED};
    for (size_t c = 0; c < plan->channels; c++) {
        const float weight = form->weight_scales[c * form->step];
        const bool product = form->order == ARETE_DYNAMIC_PRODUCT, sequential = form->order == ARETE_DYNAMIC_SEQUENTIAL;
        d.excess[c] = (int32_t)((uint32_t)activation.zero_point * (uint32_t)finish->weight_sums[c]);
        d.first[c] = product ? weight * activation.scale : sequential ? weight : activation.scale;
        d.second[c] = product ? 1 : sequential ? activation.scale : weight;
        d.bias[c] = form->bias ? form->bias[c] : 0;
    }
    for (size_t c = plan->channels; c < places; c++) {
        d.excess[c] = d.excess[c - plan->channels];
        d.first[c] = d.first[c - plan->channels];
        d.second[c] = d.second[c - plan->channels];
        d.bias[c] = d.bias[c - plan->channels];
    }
    return d;
}

/// Makes floats of the sums of a vector's results, from result `at` of the period on.
ALWAYS_INLINE void DEPTHWISE(join)(const DEPTHWISE(dynamic) * d, size_t at, vec sums[4]) {
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 4; i++, at += VECTOR / 4) {
        const vec floats = d->fused
                               ? joined(sums[i], d->excess + at, d->first + at, d->second + at, d->bias + at, true)
                               : joined(sums[i], d->excess + at, d->first + at, d->second + at, d->bias + at, false);
        sums[i] = bounded(floats, d->minimum, d->maximum);
    }
}
