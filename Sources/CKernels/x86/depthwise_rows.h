// Rows of an image laid out for a depthwise convolution. To be included inside the target region, after the vectors.
#pragma once

// Copies `count` bytes, and at most 15 more where `room` bytes may be read.
static inline void copy_pixel(const uint8_t *source, size_t count, size_t room, vec flip, uint8_t *target) {
    size_t at = 0;
    for (; at + VECTOR <= count; at += VECTOR) {
        store_bytes(target + at, flipped(load_bytes(source + at), flip));
    }
    if (at == count) {
        return;
    }
    if (room - at < VECTOR) {
        store_bytes(target + at, flipped(load_some(source + at, count - at), flip));
        return;
    }
    store_bytes(target + at, flipped(load_bytes(source + at), flip));
}

/// Copies one row of the image: each section holds the columns of one residue, with zero point at both ends.
static inline void DEPTHWISE(copy_row)(const arete_packed_conv *layer, const depthwise_plan *plan,
                                       const uint8_t *source, uint8_t *target) {
    const arete_window *w = &layer->conv.window;
    const uint8_t sign = layer->input == ARETE_INT8 ? 0x80 : 0;
    const vec flip = all_bytes(sign);
    const int zero = depthwise_input_zero(layer);
    const size_t channels = plan->channels, repeats = channels / w->input_channels;
    const size_t stride = w->stride_width, step = stride * layer->input_stride;
    const size_t readable = (w->input_width - 1) * layer->input_stride + w->input_channels;
    const size_t places = plan->columns + (w->kernel_width - 1) * w->dilation_width / stride;
    for (size_t s = 0; s < plan->sections; s++, target += plan->section_bytes) {
        const ptrdiff_t left = (ptrdiff_t)(s * w->dilation_width % stride) - w->pad_left;
        size_t first = left >= 0 ? 0 : ((size_t)-left + stride - 1) / stride;
        first = depthwise_least(first, places);
        const ptrdiff_t column = left + (ptrdiff_t)(first * stride);
        size_t count = 0;
        if (column < (ptrdiff_t)w->input_width) {
            count = depthwise_parts(w->input_width - (size_t)column, stride);
            count = depthwise_least(count, places - first);
        }
        memset(target, zero, first * channels);
        uint8_t *to = target + first * channels;
        size_t offset = (size_t)column * layer->input_stride;
        if (repeats != 1) {
            for (size_t i = 0; i < count; i++, offset += step) {
                for (size_t c = 0; c < channels; c++) {
                    *to++ = source[offset + c / repeats] ^ sign;
                }
            }
        } else if (step == channels) {
            copy_pixel(source + offset, count * channels, readable - offset, flip, to);
            to += count * channels;
        } else {
            for (size_t i = 0; i < count; i++, offset += step, to += channels) {
                copy_pixel(source + offset, channels, readable - offset, flip, to);
            }
        }
        memset(to, zero, (places - first - count) * channels);
    }
}
