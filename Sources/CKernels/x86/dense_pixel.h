// Dense layers of a single pixel. Included by dense.h.

// The work of a single pixel, such as a row of a fully connected layer. Nothing is cut, and what surrounds the products
// is kept short: they may take no longer.
static void DENSE(run_pixel)(const arete_packed_conv *layer, const DENSE(call) * call, const uint8_t *input,
                             const uint8_t *packed, uint8_t *output, size_t begin, size_t end,
                             const DENSE(scratch) * scratch) {
    const dense_plan *plan = &call->plan;
    const size_t first = begin * plan->part_panels, last = dense_least(end * plan->part_panels, plan->panels);
    DENSE(tile_work) t;
    t.activations = input;
    if (!plan->direct) {
        const arete_window *w = &layer->conv.window;
        const size_t rows = (w->kernel_height - 1) * w->dilation_height + 1;
        DENSE(copy_block)
        (layer, plan, input, -w->pad_top, -w->pad_left, rows, plan->source_columns, arete_packed_input_zero(layer, 0),
         scratch->activations);
        t.activations = scratch->activations;
    }
    t.pixel_pitch = 0;
    t.output_stride = 0;
    bool is_summed = false;
    size_t held = 0; // sums of channels that are not finished yet
    for (size_t panel = first; panel < last; panel++) {
        const dense_panel *part = &call->panels[panel];
        DENSE(begin_panel)(&t, call, scratch, packed, 0, panel);
        t.ahead = t.weights;
        DENSE(take_tiles)(&t, 1);
        t.sums = NULL;
#if DENSE_HAS_EXCESS
        if (packed[panel] & DENSE_HAS_EXCESS_FLAG) {
            if (!is_summed) {
                DENSE(sum_activations)(plan, t.activations, call->offsets, 1, 1, scratch->sums);
                is_summed = true;
            }
            t.sums = scratch->sums;
        }
#endif
        uint8_t *target = output + part->first * call->element;
        t.output = t.finish ? target : (uint8_t *)(scratch->matrix + held);
        DENSE(tiles_of)(part, t.count)[0](&t);
        size_t count = t.count;
        if (!t.finish) {
            // Those of many panels at once, where no panel is finished in registers.
            count += held;
            held = call->finish || panel + 1 == last || count + PANEL_VECTORS * LANES > DENSE(matrix_sums) ? 0 : count;
            if (held != 0) {
                continue;
            }
            target -= (count - t.count) * call->element;
            DENSE(finish_sums)(layer, scratch->matrix, 0, 1, part->first + t.count - count, count, target, 0);
        }
        if (layer->table) {
            layer->apply_table(layer->table, target, 0, target, 0, 1, count);
        }
    }
    (void)is_summed;
}
