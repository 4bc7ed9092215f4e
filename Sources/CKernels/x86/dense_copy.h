// The copy of a block of pixels that tiles of dense layers read where they cannot read the image. Included by dense.h
// for each instruction set.

// Copies `count` bytes, from signed to unsigned where `flip` is 0x80.
static inline void DENSE(copy)(uint8_t *restrict target, const uint8_t *restrict source, size_t count, uint8_t flip) {
    if (flip) {
        for (size_t i = 0; i < count; i++) {
            target[i] = source[i] ^ 0x80;
        }
    } else {
        memcpy(target, source, count);
    }
}

typedef uint8_t DENSE(sixteen) __attribute__((vector_size(16), aligned(1)));

// The same of pixels of `count` bytes that lie so many bytes apart. The last bytes of a pixel are copied with some of
// those before them, which saves a loop over single bytes.
static void DENSE(copy_pixels)(uint8_t *restrict target, size_t target_pitch, const uint8_t *restrict source,
                               size_t source_pitch, size_t pixels, size_t count, uint8_t flip) {
    for (size_t p = 0; p < pixels; p++, target += target_pitch, source += source_pitch) {
        if (count < 16) {
            for (size_t i = 0; i < count; i++) {
                target[i] = source[i] ^ flip;
            }
            continue;
        }
        for (size_t i = 0; i + 16 <= count; i += 16) {
            *(DENSE(sixteen) *)(target + i) = *(const DENSE(sixteen) *)(source + i) ^ flip;
        }
        *(DENSE(sixteen) *)(target + count - 16) = *(const DENSE(sixteen) *)(source + count - 16) ^ flip;
    }
}

// Fills `bytes` bytes with the zero point as the tiles read it.
static inline void DENSE(fill)(uint8_t *target, int32_t zero, size_t bytes) {
#if DENSE_WORDS
    const int16_t word = (int16_t)zero;
    for (size_t i = 0; i < bytes; i += sizeof word) {
        memcpy(target + i, &word, sizeof word);
    }
#else
    memset(target, (uint8_t)zero, bytes);
#endif
}

// The activations of one group that the block reads, as unsigned bytes, the zero point outside the image.
static void DENSE(copy_block)(const arete_packed_conv *layer, const dense_plan *plan, const uint8_t *image,
                              ptrdiff_t top, ptrdiff_t left, size_t rows, size_t columns, int32_t zero_point,
                              uint8_t *target) {
    const arete_window *w = &layer->conv.window;
    const uint8_t flip = layer->input == ARETE_INT8 ? 0x80 : 0;
    const int32_t zero = zero_point ^ flip;
    const size_t step = plan->column_step * layer->input_stride;
    const bool dense = step == plan->inputs;
    const size_t width = plan->pointwise ? plan->columns : w->input_width;
    // Copied columns inside the image: from `first` to `last`.
    const size_t first = left < 0 ? dense_least(columns, dense_parts((size_t)-left, plan->column_step)) : 0;
    const ptrdiff_t room = (ptrdiff_t)width - left;
    const size_t last = room <= 0 ? 0 : dense_least(columns, dense_parts((size_t)room, plan->column_step));
    for (size_t row = 0; row < rows; row++, target += plan->source_columns * plan->inputs) {
        const ptrdiff_t y = top + (ptrdiff_t)(row * plan->row_step);
        const bool outside = y < 0 || (!plan->pointwise && y >= (ptrdiff_t)w->input_height) || last <= first;
        if (outside) {
            DENSE(fill)(target, zero, columns * plan->inputs);
            continue;
        }
        DENSE(fill)(target, zero, first * plan->inputs);
        DENSE(fill)(target + last * plan->inputs, zero, (columns - last) * plan->inputs);
        const uint8_t *source = image + ((size_t)y * w->input_width * layer->input_stride) +
                                (size_t)(left + (ptrdiff_t)(first * plan->column_step)) * layer->input_stride;
        if (dense) {
            DENSE(copy)(target + first * plan->inputs, source, (last - first) * plan->inputs, flip);
            continue;
        }
        DENSE(copy_pixels)
        (target + first * plan->inputs, plan->inputs, source, step, last - first, plan->inputs, flip);
    }
}
