// What becomes of a dense layer's results while they are in the first cache: tables, functions, and functions of theirs
// and another image's. Included by dense.h for each instruction set that has DENSE_GOES_ON.

// Whether results are stored next to each other before they go on: those of a function of two are, and narrow ones
// that would lie apart, which cost as much each as a whole vector.
static inline bool DENSE(stages)(const arete_packed_conv *layer, size_t channels) {
    return layer->pair.function || (channels * DENSE_GOES_ON < 64 && layer->output_stride != channels);
}

// Brings `pixels` pixels of `channels` channels from pixel `column` of a row on to a table or their function, and to a
// function of them and the other image's.
static void DENSE(go_on)(const DENSE(block) * block, const uint8_t *table, size_t row, size_t column, size_t pixels,
                         size_t channel, size_t channels) {
    const arete_packed_conv *layer = block->layer;
    const arete_packed_pair *pair = &layer->pair;
    const size_t bytes = channels * DENSE_GOES_ON, pitch = layer->output_stride * DENSE_GOES_ON;
    const bool stages = DENSE(stages)(layer, channels), narrow = bytes < 64;
    uint8_t *output =
        block->output + row * layer->output_row_stride * DENSE_GOES_ON + column * pitch + channel * DENSE_GOES_ON;
    uint8_t *results = stages ? block->scratch.staged : output;
    size_t result_pitch = stages ? bytes : pitch;
    size_t rows = result_pitch == bytes ? 1 : pixels, count = channels * pixels / rows;
    if (table) {
        layer->apply_table(table, results, result_pitch, results, result_pitch, rows, count);
    }
    arete_float_function_apply(&layer->function, (float *)(void *)results, result_pitch / sizeof(float), rows, count);
    if (pair->function) {
        const uint8_t *other = block->other + row * pair->row_stride + column * pair->stride + channel * DENSE_GOES_ON;
        size_t other_pitch = pair->stride;
        if (narrow && other_pitch != bytes) {
            uint8_t *copy = block->scratch.staged + DENSE(staged_most);
            DENSE(copy_pixels)(copy, bytes, other, other_pitch, pixels, bytes, 0);
            other = copy;
            other_pitch = bytes;
        }
        const uint8_t *first = results;
        if (!narrow || pitch == bytes) {
            results = output;
            result_pitch = pitch;
        }
        rows = other_pitch == bytes && result_pitch == bytes ? 1 : pixels;
        count = channels * pixels / rows;
        const arete_pair_rows pairs = {.output = results,
                                       .a = pair->swaps ? other : first,
                                       .b = pair->swaps ? first : other,
                                       .a_step = 1,
                                       .b_step = 1,
                                       .a_pitch = pair->swaps ? other_pitch : bytes,
                                       .b_pitch = pair->swaps ? bytes : other_pitch,
                                       .output_pitch = result_pitch,
                                       .rows = rows,
                                       .count = count};
        pair->function(pair->form, &pairs);
        if (pair->table) {
            layer->apply_table(pair->table, results, result_pitch, results, result_pitch, rows, count);
        }
    }
    if (results != output) {
        DENSE(copy_pixels)(output, pitch, results, bytes, pixels, bytes, 0);
    }
}
