// A depthwise layer with one result for each channel: nothing of the image serves twice, so nothing is copied. To be
// included inside the target region, after the vectors and the finish of depthwise_strip.h.

/// The results of one block of channels: for each group of taps 4 loads, 8 unpacks and 4 dot products for a vector of
/// bytes.
ALWAYS_INLINE vec DEPTHWISE(single_block)(const depthwise_plan *plan, const uint8_t *block, size_t parts,
                                          const size_t *taps, const uint8_t *image, size_t width, const bool whole,
                                          vec flip, const DEPTHWISE(finish) * finish) {
    vec sums[4];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 4; i++) {
        sums[i] = load_sums(block + i * VECTOR);
    }
    const uint8_t *weights = block + DEPTHWISE_HEADER * VECTOR;
    for (size_t group = 0; group < plan->first_end; group++, weights += 8 * VECTOR * WEIGHT_BYTES) {
        vec rows[4], words[4];
#pragma clang loop unroll(full)
        for (size_t i = 0; i < 4; i++) {
            const uint8_t *tap = image + taps[4 * group + i];
            rows[i] = flipped(whole ? load_bytes(tap) : load_some(tap, width), flip);
        }
        interleave(rows, words);
        for (size_t part = 0; part < parts; part++) {
#pragma clang loop unroll(full)
            for (size_t i = 0; i < 4; i++) {
                const uint8_t *w = weights + part * plan->part_bytes + i * VECTOR * WEIGHT_BYTES;
                sums[i] = dot(sums[i], operand(words[i]), load_weights(w));
            }
        }
    }
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 4; i++) {
        sums[i] = scaled(sums[i], block + (4 + i) * VECTOR);
    }
    return DEPTHWISE(finished)(words_of(sums[0], sums[1]), words_of(sums[2], sums[3]), false, finish);
}

static void DEPTHWISE(run_single)(const arete_packed_conv *layer, const depthwise_plan *plan, const uint8_t *packed,
                                  const size_t *taps, const uint8_t *image, const finish_values *values,
                                  uint8_t *output) {
    const DEPTHWISE(finish) finish = DEPTHWISE(load_finish)(values);
    const vec flip = all_bytes(layer->input == ARETE_INT8 ? 0x80 : 0);
    for (size_t index = 0; index < plan->blocks; index++) {
        const size_t channel = index * VECTOR, width = plan->channels - channel;
        const uint8_t *block = packed + depthwise_blocks_offset(plan) + index * plan->block_bytes;
        const size_t parts = WEIGHT_BYTES > 1 ? 1 : packed[depthwise_padded(sizeof *plan) + index];
        if (width >= VECTOR) {
            const vec bytes =
                DEPTHWISE(single_block)(plan, block, parts, taps, image + channel, VECTOR, true, flip, &finish);
            store_bytes(output + channel, bytes);
        } else {
            const vec bytes =
                DEPTHWISE(single_block)(plan, block, parts, taps, image + channel, width, false, flip, &finish);
            store_some(output + channel, bytes, width);
        }
    }
    if (layer->table) {
        layer->apply_table(layer->table, output, 0, output, 0, 1, plan->channels);
    }
}
