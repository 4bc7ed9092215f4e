// What a dense layer works out once for all runs, and what one run needs as memory. Included by dense.h.

// What is the same in all runs of a layer.
typedef struct {
    dense_plan plan;
    finish_values values;
    const finish_values *finish;  // `values`, or NULL where sums are stored
    const size_t *offsets;        // of the runs of a window
    const dense_panel *panels;    // of a group
    size_t packed_bytes, element; // bytes of all weights, and of a result
    bool is_pixel;                // all work is that of one pixel of one group, whose results go nowhere but to a table
} DENSE(call);

static size_t DENSE(call_size)(const dense_plan *plan) {
    return (sizeof(DENSE(call)) + plan->segments * sizeof(size_t) + plan->panels * sizeof(dense_panel) + 63) / 64 * 64;
}

static const DENSE(call) * DENSE(make_call)(const arete_packed_conv *layer, void *memory) {
    DENSE(call) *call = memory;
    const dense_plan plan = dense_plan_of(layer, &DENSE(shape));
    size_t *offsets = (size_t *)(void *)(call + 1);
    dense_panel *panels = (dense_panel *)(void *)(offsets + plan.segments);
    for (size_t s = 0; s < plan.segments; s++) {
        offsets[s] = dense_segment_offset(layer, &plan, s);
    }
    for (size_t p = 0; p < plan.panels; p++) {
        panels[p] = dense_panel_of(&plan, p);
    }
    *call = (DENSE(call)) {
        .plan = plan, .offsets = offsets, .panels = panels,
#if !DENSE_CHAINS
        .packed_bytes = dense_packed_size(&plan),
#endif
        .element = dense_size(layer->weights == ARETE_FLOAT32 ? ARETE_FLOAT32 : layer->conv.requantization.output),
        .is_pixel = plan.groups == 1 && plan.blocks == 1 && plan.rows * plan.columns == 1 &&
                    layer->pair.function == NULL && !arete_float_function_exists(&layer->function)
    };
#if DENSE_FINISHES
    call->values = finish_of(layer);
#if DENSE_STORES_SUMS
    call->finish = finishes_in_registers(layer) ? &call->values : NULL;
#else
    call->finish = &call->values;
#endif
#endif
    return call;
}

// Pieces of a run's scratch, which begins with a call for layers that come without a plan.
typedef struct {
    int32_t *sums;   // of the activations, by pixel of the block
    int32_t *matrix; // the sums of a tile that are not finished in registers
    uint8_t *staged; // results that go on to a function of two
#if DENSE_CHAINS
    uint32_t *places; // of a panel's links, from a pixel
#endif
    uint8_t *activations;
} DENSE(scratch);

// Sums of a tile, or of many panels of a single pixel.
enum { DENSE(matrix_sums) = 12 * PANEL_VECTORS * LANES };

#if DENSE_GOES_ON
// Results that go on together, so that they are still in the first cache: 48 pixels of a whole panel, more of a narrow
// one. A tile more may come with them, and as many of the other image.
enum {
    DENSE(staged_results) = 48 * PANEL_VECTORS * LANES,
    DENSE(staged_most) = (48 + 12) * PANEL_VECTORS * LANES * DENSE_GOES_ON,
    DENSE(staged_bytes) = 2 * DENSE(staged_most)
};
#else
enum { DENSE(staged_bytes) = 0 };
#endif

static inline size_t DENSE(place_bytes)(const dense_plan *plan) {
#if DENSE_CHAINS
    return chain_place_bytes(plan);
#else
    (void)plan;
    return 0;
#endif
}

static size_t DENSE(scratch_bytes)(const arete_packed_conv *layer) {
    const dense_plan plan = dense_plan_of(layer, &DENSE(shape));
    return DENSE(call_size)(&plan) + (plan.block_rows * plan.block_columns * sizeof(int32_t) + 63) / 64 * 64 +
           DENSE(matrix_sums) * sizeof(int32_t) + DENSE(staged_bytes) + DENSE(place_bytes)(&plan) + plan.copy_bytes +
           64;
}

static DENSE(scratch) DENSE(scratch_pieces)(const dense_plan *plan, void *scratch) {
    uint8_t *sums = (uint8_t *)scratch + DENSE(call_size)(plan);
    uint8_t *matrix = sums + (plan->block_rows * plan->block_columns * sizeof(int32_t) + 63) / 64 * 64;
    uint8_t *staged = matrix + DENSE(matrix_sums) * sizeof(int32_t);
    uint8_t *places = staged + DENSE(staged_bytes);
    return (DENSE(scratch)) {
        .sums = (int32_t *)sums, .matrix = (int32_t *)matrix, .staged = staged,
#if DENSE_CHAINS
        .places = (uint32_t *)(void *)places,
#endif
        .activations = places + DENSE(place_bytes)(plan)
    };
}
