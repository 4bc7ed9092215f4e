// Products of many rows of bytes with rows of weights as they lie in memory: a block of weights is first put into
// panels of sixteen channels, of which four bytes each lie together, so that no sums need folding.
#pragma once
#include "product.h"

enum { PRODUCT_PANEL = 16, PRODUCT_GROUP = 4, PRODUCT_GROUP_BYTES = PRODUCT_PANEL * PRODUCT_GROUP };

// Rows and panels whose sums are in registers together.
enum { PANEL_ROWS = sizeof(bytes) == 64 ? 4 : 2, PANEL_COLUMNS = sizeof(bytes) == 64 ? 4 : 1 };

// Fewer rows are not worth the packing, nor are channels that fill less than half a panel.
enum { PRODUCT_PACKED_ROWS = 8 };

typedef struct {
    const product_form *form;
    size_t groups;
    const uint8_t *packed;               // [panels][groups][PRODUCT_PANEL][PRODUCT_GROUP]
    int32_t base[PRODUCT_BLOCK];         // what the sum of a channel begins with
    uint32_t zero_points[PRODUCT_BLOCK]; // of the weights made signed
} product_panels;

// The group of bytes at `at`, made unsigned or signed; zeros behind the row.
LANES_INLINE int32_t product_group(const uint8_t *row, size_t at, size_t depth, uint8_t flip) {
    uint32_t four = 0;
    if (depth - at >= PRODUCT_GROUP) {
        memcpy(&four, row + at, PRODUCT_GROUP);
        return (int32_t)(four ^ flip * UINT32_C(0x01010101));
    }
    for (size_t i = 0; at + i < depth; i++) four |= (uint32_t)(uint8_t)(row[at + i] ^ flip) << (8 * i);
    return (int32_t)four;
}

/// Puts `channels` rows of weights into panels.
static void product_pack(const uint8_t *w, size_t depth, size_t groups, size_t channels, uint8_t flip,
                         uint8_t *packed) {
    for (size_t first = 0; first < channels; first += PRODUCT_PANEL, packed += groups * PRODUCT_GROUP_BYTES) {
        for (size_t c = 0; c < PRODUCT_PANEL; c++) {
            for (size_t g = 0; g < groups; g++) {
                const int32_t four =
                    first + c < channels ? product_group(w + (first + c) * depth, g * PRODUCT_GROUP, depth, flip) : 0;
                memcpy(packed + g * PRODUCT_GROUP_BYTES + c * PRODUCT_GROUP, &four, PRODUCT_GROUP);
            }
        }
    }
}

/// Sums of `rows` rows from x on and of `panels` panels from `panel` on. A group of depth takes, with 512 bits, 16 dot
/// products, 4 loads and 4 broadcasts for 256 sums; with 256 bits 8 products of words and as many sums for 32.
LANES_INLINE void panel_tile(const product_panels *p, const uint8_t *x, size_t panel, const size_t rows,
                             const size_t panels, int32_t sums[PANEL_ROWS][PRODUCT_BLOCK]) {
    const size_t depth = p->form->layer->depth, pitch = p->groups * PRODUCT_GROUP_BYTES;
    const int8_t *weights = (const int8_t *)p->packed + panel * pitch;
    panel_sums s[PANEL_ROWS][PANEL_COLUMNS];
    for (size_t r = 0; r < rows; r++) {
        for (size_t c = 0; c < panels; c++) s[r][c] = panel_sums_none();
    }
    for (size_t g = 0; g < p->groups; g++, weights += PRODUCT_GROUP_BYTES) {
        bytes levels[PANEL_ROWS];
        for (size_t r = 0; r < rows; r++) {
            levels[r] = panel_levels(product_group(x + r * depth, g * PRODUCT_GROUP, depth, p->form->x_mask));
        }
        for (size_t c = 0; c < panels; c++) {
            for (size_t r = 0; r < rows; r++) panel_sums_add(&s[r][c], levels[r], weights + c * pitch);
        }
    }
    for (size_t r = 0; r < rows; r++) {
        for (size_t c = 0; c < panels; c++) {
            const size_t at = (panel + c) * PRODUCT_PANEL;
            panel_sums_store(s[r][c], p->base + at, sums[r] + at);
        }
    }
}

static void panel_tile_full(const product_panels *p, const uint8_t *x, size_t panel,
                            int32_t sums[PANEL_ROWS][PRODUCT_BLOCK]) {
    panel_tile(p, x, panel, PANEL_ROWS, PANEL_COLUMNS, sums);
}

static void panel_tile_narrow(const product_panels *p, const uint8_t *x, size_t panel,
                              int32_t sums[PANEL_ROWS][PRODUCT_BLOCK]) {
    panel_tile(p, x, panel, PANEL_ROWS, 1, sums);
}

static void panel_tile_single(const product_panels *p, const uint8_t *x, size_t panel,
                              int32_t sums[PANEL_ROWS][PRODUCT_BLOCK]) {
    panel_tile(p, x, panel, 1, 1, sums);
}

// What the sums of a block's channels have in common, by product.h.
static void product_begin(product_panels *p, const int32_t *bias, size_t first, size_t count) {
    int32_t totals[PRODUCT_BLOCK];
    for (size_t c = 0; c < count; c += PRODUCT_PANEL) {
        panel_sums s = panel_sums_none();
        const int8_t *weights = (const int8_t *)p->packed + c / PRODUCT_PANEL * p->groups * PRODUCT_GROUP_BYTES;
        for (size_t g = 0; g < p->groups; g++) {
            panel_sums_add(&s, panel_levels(0x01010101), weights + g * PRODUCT_GROUP_BYTES);
        }
        memset(p->base + c, 0, PRODUCT_PANEL * sizeof *p->base);
        panel_sums_store(s, p->base + c, totals + c);
    }
    for (size_t c = 0; c < count; c++) {
        p->zero_points[c] = product_weight_zero(p->form, first + c);
        p->base[c] = (int32_t)product_base(p->form, bias, first + c, totals[c]);
    }
}

/// Sums of `rows` rows, at most PANEL_ROWS, and a block's `count` channels.
static void product_panel_rows(const product_panels *p, const uint8_t *x, size_t count, size_t rows,
                               int32_t sums[PANEL_ROWS][PRODUCT_BLOCK]) {
    const size_t panels = (count + PRODUCT_PANEL - 1) / PRODUCT_PANEL, depth = p->form->layer->depth;
    for (size_t panel = 0; panel < panels;) {
        if (rows == PANEL_ROWS && panels - panel >= PANEL_COLUMNS) {
            panel_tile_full(p, x, panel, sums);
            panel += PANEL_COLUMNS;
            continue;
        }
        if (rows == PANEL_ROWS) {
            panel_tile_narrow(p, x, panel, sums);
        } else {
            for (size_t r = 0; r < rows; r++) panel_tile_single(p, x + r * depth, panel, sums + r);
        }
        panel++;
    }
    for (size_t r = 0; product_needs_sums(p->form) && r < rows; r++) {
        const uint32_t total = product_row_sum(p->form, x + r * depth);
        for (size_t c = 0; c < count; c++) sums[r][c] = (int32_t)((uint32_t)sums[r][c] - p->zero_points[c] * total);
    }
}

static void product_run_packed(const product_form *f, const uint8_t *x, const uint8_t *w, const int32_t *bias,
                               uint8_t *output, size_t begin, size_t end, uint8_t *scratch,
                               product_requantize requantize) {
    const arete_fully_connected *layer = f->layer;
    const size_t depth = layer->depth, size = arete_output_size(layer->requantization.output);
    product_panels p = {.form = f, .groups = (depth + PRODUCT_GROUP - 1) / PRODUCT_GROUP, .packed = scratch};
    for (size_t c = begin; c < end; c += PRODUCT_BLOCK) {
        const size_t count = end - c < PRODUCT_BLOCK ? end - c : PRODUCT_BLOCK;
        product_pack(w + c * depth, depth, p.groups, count, f->w_mask, scratch);
        product_begin(&p, bias, c, count);
        for (size_t row = 0; row < layer->rows; row += PANEL_ROWS) {
            int32_t sums[PANEL_ROWS][PRODUCT_BLOCK];
            const size_t rows = layer->rows - row < PANEL_ROWS ? layer->rows - row : PANEL_ROWS;
            product_panel_rows(&p, x + row * depth, count, rows, sums);
            for (size_t r = 0; r < rows; r++) {
                requantize(sums[r], count, c, &layer->requantization,
                           output + ((row + r) * layer->channels + c) * size);
            }
        }
    }
}
