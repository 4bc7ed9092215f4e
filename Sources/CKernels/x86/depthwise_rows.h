// Rows of an image laid out for a depthwise convolution. To be included inside the target region, after the vectors.
#pragma once

// Copies a run of bytes, and at most 63 more where `room` bytes may be read.
static inline void copy_run(const uint8_t *source, size_t count, size_t room, vec flip, uint8_t *target) {
    size_t at = 0;
    for (; at + VECTOR <= count; at += VECTOR) {
        store_bytes(target + at, flipped(load_bytes(source + at), flip));
    }
    if (at < count) {
        const uint8_t *rest = source + at;
        store_bytes(target + at, flipped(room - at < VECTOR ? load_some(rest, count - at) : load_bytes(rest), flip));
    }
}

static inline void copy_16(const uint8_t *source, __m128i flip, uint8_t *target) {
    const __m128i bytes = _mm_loadu_si128((const __m128i *)source);
    _mm_storeu_si128((__m128i *)target, _mm_xor_si128(bytes, flip));
}

// Copies `count` bytes of each of `pixels` pixels; behind them, at most 15 bytes more where `room` bytes may be read.
static inline void copy_pixels(const uint8_t *source, size_t step, size_t count, size_t pixels, size_t room, vec flip,
                               uint8_t *target) {
    const __m128i flip_16 = low_16(flip);
    const size_t whole = count / 16 * 16;
    for (size_t i = 0; i < pixels; i++, source += step, target += count, room -= step) {
        size_t at = 0;
        for (; at + 32 <= whole; at += 32) {
            const __m256i bytes = _mm256_loadu_si256((const __m256i *)(source + at));
            _mm256_storeu_si256((__m256i *)(target + at), _mm256_xor_si256(bytes, low_32(flip)));
        }
        if (at < whole) {
            copy_16(source + at, flip_16, target + at);
        }
        if (whole < count) {
            if (room - whole >= 16) {
                copy_16(source + whole, flip_16, target + whole);
            } else {
                store_bytes(target + whole, flipped(load_some(source + whole, count - whole), flip));
            }
        }
    }
}

// Fills a run of bytes, and at most 63 more.
static inline void fill_run(uint8_t *target, vec bytes, size_t count) {
    for (size_t at = 0; at < count; at += VECTOR) {
        store_bytes(target + at, bytes);
    }
}

// Writes each byte of a pixel `repeats` times, and at most 7 bytes more; where they end.
static inline uint8_t *repeat_pixel(const uint8_t *pixel, size_t channels, size_t repeats, uint8_t sign,
                                    uint8_t *target) {
    for (size_t c = 0; c < channels; c++, target += repeats) {
        const uint64_t eight = (pixel[c] ^ sign) * UINT64_C(0x0101010101010101);
        for (size_t r = 0; r < repeats; r += sizeof eight) {
            memcpy(target + r, &eight, sizeof eight);
        }
    }
    return target;
}

/// Copies one row of the image: each section holds the columns of one residue, with zero point at both ends.
/// What goes before comes first, for it may reach over what follows.
static inline void DEPTHWISE(copy_row)(const arete_packed_conv *layer, const depthwise_plan *plan,
                                       const depthwise_section *sections, const uint8_t *source, uint8_t *target) {
    const arete_window *w = &layer->conv.window;
    const uint8_t sign = layer->input == ARETE_INT8 ? 0x80 : 0;
    const vec flip = all_bytes(sign), zero = all_bytes((uint8_t)depthwise_input_zero(layer));
    const size_t channels = plan->channels, step = w->stride_width * layer->input_stride;
    const size_t readable = (w->input_width - 1) * layer->input_stride + w->input_channels;
    for (size_t s = 0; s < plan->sections; s++, target += plan->section_bytes) {
        const size_t first = sections[s].first, count = sections[s].count;
        fill_run(target, zero, first * channels);
        uint8_t *to = target + first * channels;
        size_t offset = sections[s].column * layer->input_stride;
        if (channels != w->input_channels) {
            const size_t repeats = channels / w->input_channels;
            for (size_t i = 0; i < count; i++, offset += step) {
                to = repeat_pixel(source + offset, w->input_channels, repeats, sign, to);
            }
        } else if (step == channels) {
            copy_run(source + offset, count * channels, readable - offset, flip, to);
        } else {
            copy_pixels(source + offset, step, channels, count, readable - offset, flip, to);
        }
        fill_run(target + (first + count) * channels, zero, sections[s].rest * channels);
    }
}
