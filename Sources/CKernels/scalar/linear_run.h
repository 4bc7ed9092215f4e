// Stretches of one row of elements that quantization by tensors of scales goes through.
#pragma once
#include "arete_quantize_linear.h"

/// Where a stretch is, and which scales it has.
typedef struct {
    size_t first, count;
    size_t scale, scale_step;
} arete_linear_run;

static inline arete_linear_run arete_linear_run_at(const arete_linear_plan *plan, size_t at, size_t end) {
    if (plan->inner == 1 && plan->block == 1 && !plan->by_place) {
        // The scales lie along the rows.
        const size_t place = at % plan->extent, room = plan->extent - place;
        return (arete_linear_run){at, end - at < room ? end - at : room, place, 1};
    }
    const size_t inner = plan->inner, row = at / inner, place = at % inner;
    const size_t block = row % plan->extent / plan->block, room = inner - place;
    arete_linear_run run = {at, end - at < room ? end - at : room, block, 0};
    if (plan->by_place) {
        run.scale = (row / plan->extent * plan->blocks + block) * inner + place;
        run.scale_step = 1;
    }
    return run;
}
