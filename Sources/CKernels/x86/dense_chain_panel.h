// Where tiles of dense layers that multiply in chains find a panel. Included by dense.h in place of its own.

// The same of panel `index` of all groups. `scratch` has room for the places of all links where there are several runs.
static inline DENSE(ahead)
    DENSE(begin_panel)(DENSE(tile_work) * t, const DENSE(call) * call, const DENSE(scratch) * scratch,
                       const uint8_t *packed, size_t group, size_t panel) {
    const dense_plan *plan = &call->plan;
    const size_t index = group * plan->panels + panel;
    const uint64_t *panels = chain_panels(plan, packed);
    const uint8_t *constants = packed + panels[index];
    const chain_head *head = (const chain_head *)(const void *)(constants + DENSE_CONSTANT_BYTES * CHAIN_CHANNELS);
    t->bias = (const int32_t *)(const void *)constants;
    t->scale = (const float *)(const void *)(constants + 4 * CHAIN_CHANNELS);
    t->excess = (const int32_t *)(const void *)(constants + 8 * CHAIN_CHANNELS);
    t->weights = (const int8_t *)head + chain_weights_offset(head->links);
    t->finish = packed[index] & DENSE_LARGE_SCALE_FLAG ? NULL : call->finish;
    t->count = dense_least(CHAIN_CHANNELS, plan->outputs - call->panels[panel].first);
    const uint32_t *places = (const uint32_t *)(const void *)(head + 1);
    t->places = places;
    if (plan->segments > 1) {
        for (size_t i = 0; i < head->links; i++) {
            scratch->places[i] = (uint32_t)call->offsets[places[i] >> 16] + (places[i] & 0xFFFF);
        }
        t->places = scratch->places;
    }
    t->links = head->links;
    size_t chains = 0;
    for (size_t i = 0; i < CHAIN_LINKS; i++) {
        t->chains[i] = head->chains[i];
        chains += head->chains[i];
    }
    t->end = (const int8_t *)packed + panels[plan->panels * plan->groups];
    t->ahead_bytes = chains * 64;
    return (DENSE(ahead)){.next = (const int8_t *)packed + panels[index + 1], .end = t->end, .tile = t->ahead_bytes};
}
