// A camera's picture to a model's input, a row at a time.
#include "arete_pixels_camera.h"
#include <stdbool.h>
#include <string.h>

// Vectors may write whole groups of eight sums; rows shorter than a load have room behind them.
static size_t padded(size_t width) { return (width + 63) / 64 * 64; }

// What belongs together: the first plane, or red, green and blue; Cb and Cr.
enum { MAIN, CHROMA };

typedef struct {
    const arete_camera_rows *kernels;
    const arete_camera_plan *plan;
    const arete_camera_picture *picture;
    size_t unpacked[2];   // which source rows `parts` holds
    uint8_t *parts[2][3]; // two source rows' planes, of formats that mix them: Y, Cb, Cr or red, green, blue
    uint8_t *blended;     // a row between two
    uint8_t *resized[5];  // a target row's
    uint8_t *colours[3];
} work;

static bool has_chroma(const arete_camera_plan *plan) { return plan->is_yuv && plan->has_colour; }

static size_t channels_of(const arete_camera_plan *plan, int group) {
    if (group == CHROMA) return has_chroma(plan) ? 2 : 0;
    return plan->layout == ARETE_CAMERA_RGB ? 3 : 1;
}

static size_t width_of(const arete_camera_plan *plan, int group) {
    return group == MAIN ? plan->width : (plan->width + plan->chroma_across - 1) / plan->chroma_across;
}

size_t arete_camera_scratch(const arete_camera_plan *plan) {
    return 7 * padded(plan->width) + 8 * padded(plan->target_width);
}

static void lay_out(work *w, void *scratch) {
    const size_t source = padded(w->plan->width), target = padded(w->plan->target_width);
    uint8_t *next = scratch;
    for (int slot = 0; slot < 2; slot++) {
        w->unpacked[slot] = SIZE_MAX;
        for (int c = 0; c < 3; c++, next += source) w->parts[slot][c] = next;
    }
    w->blended = next, next += source;
    for (int c = 0; c < 5; c++, next += target) w->resized[c] = next;
    for (int c = 0; c < 3; c++, next += target) w->colours[c] = next;
}

// Fills `parts` with a row of a format that mixes planes.
static void unpack(const work *w, size_t row, uint8_t *const parts[3]) {
    const arete_camera_plan *plan = w->plan;
    const arete_camera_picture *p = w->picture;
    const bool swaps = plan->is_swapped;
    const uint8_t *line = p->planes[0] + row * p->strides[0];
    switch (plan->layout) {
    case ARETE_CAMERA_WORDS:
        w->kernels->narrow((const uint16_t *)line, plan->width, plan->low, plan->scale, parts[0]);
        break;
    case ARETE_CAMERA_RGB:
        w->kernels->split3(line, plan->width, parts[swaps ? 2 : 0], parts[1], parts[swaps ? 0 : 2]);
        break;
    case ARETE_CAMERA_YUYV:
    case ARETE_CAMERA_UYVY:
        w->kernels->split_yuyv(line, plan->width / 2, plan->layout == ARETE_CAMERA_UYVY, parts[0], parts[swaps ? 2 : 1],
                               parts[swaps ? 1 : 2]);
        break;
    case ARETE_CAMERA_PAIRS:
        w->kernels->split2(p->planes[1] + row * p->strides[1], width_of(plan, CHROMA), parts[swaps ? 2 : 1],
                           parts[swaps ? 1 : 2]);
        break;
    case ARETE_CAMERA_GREY:
    case ARETE_CAMERA_PLANES:
        break;
    }
}

// The planes of one source row. Rows that must be unpacked are, unless they are one of the last two.
static void source_row(work *w, int group, size_t row, const uint8_t *out[3]) {
    const arete_camera_layout layout = w->plan->layout;
    const arete_camera_picture *p = w->picture;
    const bool is_plane =
        layout == ARETE_CAMERA_GREY || layout == ARETE_CAMERA_PLANES || (layout == ARETE_CAMERA_PAIRS && group == MAIN);
    if (is_plane) {
        const int first = group == MAIN ? 0 : 1;
        for (size_t c = 0; c < channels_of(w->plan, group); c++)
            out[c] = p->planes[first + c] + row * p->strides[first + c];
        return;
    }
    const size_t slot = row % 2;
    if (w->unpacked[slot] != row) unpack(w, row, w->parts[slot]);
    w->unpacked[slot] = row;
    const int first = group == MAIN ? 0 : 1;
    for (int c = 0; c < 3 - first; c++) out[c] = w->parts[slot][first + c];
}

// The planes of a target row, each pixel the mean of four.
static void halved_row(work *w, int group, size_t y, const uint8_t *out[3]) {
    uint8_t *const *halved = w->resized + (group == CHROMA ? 3 : 0);
    const uint8_t *upper[3], *lower[3];
    source_row(w, group, 2 * y, upper);
    source_row(w, group, 2 * y + 1, lower);
    for (size_t c = 0; c < channels_of(w->plan, group); c++) {
        w->kernels->quarter(upper[c], lower[c], w->plan->target_width, halved[c]);
        out[c] = halved[c];
    }
}

// The planes of one target row.
static void target_row(work *w, int group, size_t y, const uint8_t *out[3]) {
    const arete_camera_plan *plan = w->plan;
    if (plan->halves[group]) {
        halved_row(w, group, y, out);
        return;
    }
    const arete_bilinear_tap *rows = plan->rows[group];
    const arete_column_group *columns = plan->columns[group];
    const size_t row = rows ? rows[y].first : group == CHROMA && plan->keeps_size ? y / plan->chroma_down : y;
    const unsigned lower_weight = rows ? (unsigned)(rows[y].second_weight + 8) / 16 : 0;
    const size_t width = width_of(plan, group);
    const uint8_t *upper[3], *lower[3];
    // A row that nearly meets a source row is that row.
    const bool is_blended = lower_weight > 0 && lower_weight < 128;
    source_row(w, group, lower_weight == 128 ? rows[y].second : row, upper);
    if (is_blended) source_row(w, group, rows[y].second, lower);
    uint8_t *const *resized = w->resized + (group == CHROMA ? 3 : 0);
    for (size_t c = 0; c < channels_of(plan, group); c++) {
        out[c] = upper[c];
        if (is_blended) {
            uint8_t *const into = columns ? w->blended : resized[c];
            w->kernels->blend_rows(upper[c], lower[c], (uint8_t)lower_weight, width, into);
            out[c] = into;
        }
        if (columns) {
            (plan->columns_are_near[group] ? w->kernels->blend_near_columns : w->kernels->blend_columns)(
                out[c], columns, (plan->target_width + 7) / 8, resized[c]);
            out[c] = resized[c];
        }
    }
}

static bool is_packed_yuv(const arete_camera_plan *plan) {
    return plan->layout == ARETE_CAMERA_YUYV || plan->layout == ARETE_CAMERA_UYVY;
}

// What the model wants of target row `y`, as one plane or three: in `into`, or where it lies already.
static void coloured_row(work *w, size_t y, uint8_t *const into[3], const uint8_t *out[3]) {
    const arete_camera_plan *plan = w->plan;
    const arete_camera_rows *kernels = w->kernels;
    const size_t width = plan->target_width;
    for (int c = 0; c < 3; c++) out[c] = into[c];
    if (plan->has_colour && plan->keeps_size && is_packed_yuv(plan) && !plan->is_swapped) {
        const uint8_t *line = w->picture->planes[0] + y * w->picture->strides[0];
        kernels->yuyv_to_rgb(line, width / 2, plan->layout == ARETE_CAMERA_UYVY, &plan->matrix, into[0], into[1],
                             into[2]);
        return;
    }
    const uint8_t *main[3], *chroma[3];
    target_row(w, MAIN, y, main);
    if (!plan->has_colour && plan->is_yuv) {
        kernels->luma(main[0], width, &plan->matrix, into[0]);
    } else if (!plan->has_colour && plan->layout == ARETE_CAMERA_RGB) {
        kernels->grey(main[0], main[1], main[2], width, into[0]);
    } else if (plan->is_yuv) {
        target_row(w, CHROMA, y, chroma);
        const bool is_shared = plan->keeps_size && plan->chroma_across == 2;
        (is_shared ? kernels->yuv422_to_rgb : kernels->yuv_to_rgb)(main[0], chroma[0], chroma[1], width, &plan->matrix,
                                                                   into[0], into[1], into[2]);
    } else {
        const bool is_one = channels_of(plan, MAIN) == 1;
        for (int c = 0; c < 3; c++) out[c] = main[is_one ? 0 : c];
    }
}

// Bytes of a target row that is the source's, each byte xor `flip`; 0 where it is not.
static size_t kept_bytes(const arete_camera_plan *plan, const arete_camera_target *target) {
    if (!plan->keeps_size) return 0;
    if (plan->layout == ARETE_CAMERA_GREY) return plan->has_colour ? 0 : plan->width;
    const bool is_rgb = plan->layout == ARETE_CAMERA_RGB && plan->has_colour && target->is_interleaved;
    return is_rgb && plan->is_swapped == target->is_blue_first ? 3 * plan->width : 0;
}

// A row that one kernel makes of a picture that keeps its size; false where there is no such kernel. `kept` as
// `kept_bytes` says.
static bool plain_row(const work *w, size_t y, size_t kept, const arete_camera_target *target, uint8_t *line) {
    const arete_camera_plan *plan = w->plan;
    const uint8_t *source = w->picture->planes[0] + y * w->picture->strides[0];
    if (kept > 0 && target->flip == 0) {
        memcpy(line, source, kept);
    } else if (kept > 0) {
        w->kernels->flip(source, kept, target->flip, line);
    } else if (!plan->keeps_size || plan->is_yuv) {
        return false;
    } else if (plan->layout == ARETE_CAMERA_RGB && plan->has_colour && target->is_interleaved) {
        w->kernels->swap3(source, plan->width, target->flip, line);
    } else if (plan->layout == ARETE_CAMERA_WORDS && !plan->has_colour && target->flip == 0) {
        w->kernels->narrow((const uint16_t *)source, plan->width, plan->low, plan->scale, line);
    } else {
        return false;
    }
    return true;
}

void arete_camera_convert(const arete_camera_rows *kernels, const arete_camera_plan *plan,
                          const arete_camera_picture *picture, size_t first, size_t count,
                          const arete_camera_target *target, void *scratch) {
    const size_t kept = kept_bytes(plan, target);
    if (kept > 0 && target->flip == 0 && picture->strides[0] == kept && target->stride == kept) {
        memcpy(target->planes[0], picture->planes[0] + first * kept, count * kept);
        return;
    }
    work w = {.kernels = kernels, .plan = plan, .picture = picture};
    lay_out(&w, scratch);
    const size_t width = plan->target_width;
    const int channels = plan->has_colour ? 3 : 1;
    const bool is_joined = plan->has_colour && target->is_interleaved;
    // Whether what is resized is the result. Blended columns are written by eights.
    const bool is_last = !plan->is_yuv && (plan->has_colour || channels_of(plan, MAIN) == 1) && width % 8 == 0;
    // Red, green and blue in the target's order.
    const int order[3] = {target->is_blue_first ? 2 : 0, 1, target->is_blue_first ? 0 : 2};
    for (size_t i = 0; i < count; i++) {
        if (plain_row(&w, first + i, kept, target, target->planes[0] + i * target->stride)) continue;
        uint8_t *lines[3], *into[3];
        const uint8_t *rows[3];
        for (int c = 0; c < 3; c++) {
            const bool is_plane = !is_joined && c < channels;
            lines[c] = is_plane ? target->planes[channels == 1 ? 0 : order[c]] + i * target->stride : 0;
            into[c] = is_plane && target->flip == 0 ? lines[c] : w.colours[c];
            if (is_plane && target->flip == 0 && is_last) w.resized[c] = lines[c];
        }
        coloured_row(&w, first + i, into, rows);
        if (is_joined) {
            kernels->join3(rows[order[0]], rows[1], rows[order[2]], width, target->flip,
                           target->planes[0] + i * target->stride);
        } else {
            for (int c = 0; c < channels; c++) {
                if (rows[c] != lines[c]) kernels->flip(rows[c], width, target->flip, lines[c]);
            }
        }
    }
}
