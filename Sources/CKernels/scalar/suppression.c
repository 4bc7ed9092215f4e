// Non-maximum suppression: boxes come off a heap best first and stay unless a kept one covers them.
#include "arete_suppression.h"
#include <math.h>

typedef struct {
    float left, top, right, bottom;
} corners;

static corners corners_of(const arete_suppression_plan *plan, const float *box) {
    if (plan->centre) {
        const float half_width = box[2] / 2, half_height = box[3] / 2;
        return (corners){box[0] - half_width, box[1] - half_height, box[0] + half_width, box[1] + half_height};
    }
    return (corners){fminf(box[1], box[3]), fminf(box[0], box[2]), fmaxf(box[1], box[3]), fmaxf(box[0], box[2])};
}

/// Whether the intersection of two boxes is more than `overlap` of their union; boxes without area cover nothing.
static bool covers(corners a, corners b, float overlap) {
    const float width = fminf(a.right, b.right) - fmaxf(a.left, b.left);
    const float height = fminf(a.bottom, b.bottom) - fmaxf(a.top, b.top);
    if (!(width > 0) || !(height > 0)) return false;
    const float common = width * height;
    const float first = (a.right - a.left) * (a.bottom - a.top), second = (b.right - b.left) * (b.bottom - b.top);
    const float joint = first + second - common;
    if (!(first > 0) || !(second > 0) || !(joint > 0)) return false;
    return common / joint > overlap;
}

/// Restores the heap, best box at the root, below place i. Equal scores: the lower index is better.
static void sink(size_t *heap, size_t size, size_t i, const float *scores) {
    for (;;) {
        size_t best = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < size; child++) {
            const float a = scores[heap[child]], b = scores[heap[best]];
            if (a > b || (a == b && heap[child] < heap[best])) best = child;
        }
        if (best == i) return;
        const size_t box = heap[i];
        heap[i] = heap[best];
        heap[best] = box;
        i = best;
    }
}

/// Keeps boxes of one class of one image; returns how many.
static size_t suppressed(const arete_suppression_plan *plan, const float *boxes, const float *scores, int64_t *y,
                         size_t *heap) {
    size_t size = 0, kept = 0;
    for (size_t i = 0; i < plan->n; i++) {
        if (plan->has_score ? scores[i] > plan->score : scores[i] == scores[i]) heap[size++] = i;
    }
    for (size_t i = size / 2; i-- > 0;) sink(heap, size, i, scores);
    while (size > 0 && kept < plan->most) {
        const size_t box = heap[0];
        heap[0] = heap[--size];
        sink(heap, size, 0, scores);
        const corners candidate = corners_of(plan, boxes + 4 * box);
        bool stays = true;
        for (size_t k = 0; k < kept && stays; k++) {
            stays = !covers(candidate, corners_of(plan, boxes + 4 * (size_t)y[3 * k + 2]), plan->overlap);
        }
        if (stays) y[3 * kept++ + 2] = (int64_t)box;
    }
    return kept;
}

size_t arete_non_max_suppression(const arete_suppression_plan *plan, const float *boxes, const float *scores,
                                 int64_t *y, size_t *scratch) {
    size_t count = 0;
    for (size_t image = 0; image < plan->batch; image++) {
        for (size_t class = 0; class < plan->classes; class ++) {
            int64_t *const to = y + 3 * count;
            const size_t kept = suppressed(plan, boxes + image * plan->n * 4,
                                           scores + (image * plan->classes + class) * plan->n, to, scratch);
            for (size_t k = 0; k < kept; k++) {
                to[3 * k] = (int64_t)image;
                to[3 * k + 1] = (int64_t) class;
            }
            count += kept;
        }
    }
    return count;
}
