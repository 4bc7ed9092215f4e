// Boxes from anchors, and their suppression.
#include "arete_detection.h"
#include <math.h>
#include <string.h>

typedef struct {
    float y1, x1, y2, x2;
} corner_box;

static float overlap_of(corner_box a, corner_box b) {
    const float area_a = (a.y2 - a.y1) * (a.x2 - a.x1);
    const float area_b = (b.y2 - b.y1) * (b.x2 - b.x1);
    if (area_a <= 0 || area_b <= 0) {
        return 0;
    }
    const float height = fmaxf(fminf(a.y2, b.y2) - fmaxf(a.y1, b.y1), 0);
    const float width = fmaxf(fminf(a.x2, b.x2) - fmaxf(a.x1, b.x1), 0);
    const float common = height * width;
    return common / (area_a + area_b - common);
}

/// Sorts `count` indices by falling score, equal ones in their order; `other` has as much room.
static void sort_by_score(size_t *indices, size_t count, const float *scores, size_t *other) {
    size_t *from = indices, *to = other;
    for (size_t run = 1; run < count; run *= 2) {
        for (size_t start = 0; start < count; start += 2 * run) {
            size_t a = start, b = start + run < count ? start + run : count;
            const size_t middle = b, end = b + run < count ? b + run : count;
            for (size_t i = start; i < end; i++) {
                const bool takes_first = a < middle && (b >= end || !(scores[from[b]] > scores[from[a]]));
                to[i] = takes_first ? from[a++] : from[b++];
            }
        }
        size_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != indices) {
        memcpy(indices, from, count * sizeof *indices);
    }
}

typedef struct {
    const float *encoded, *anchors;
    corner_box *boxes; // of anchors that were decoded
    bool *is_decoded;
    float *scores;
    size_t *order, *other, *kept, *best_index;
    float *best_score;
} detection_memory;

static size_t align(size_t bytes) { return (bytes + 15) & ~(size_t)15; }

static size_t lay_out(const arete_detection_plan *plan, detection_memory *memory, char *base) {
    const size_t n = plan->anchors, room = plan->most + plan->per_class;
    size_t at = 0;
    memory->boxes = (corner_box *)(base + at), at += align(n * sizeof(corner_box));
    memory->scores = (float *)(base + at), at += align(n * sizeof(float));
    memory->order = (size_t *)(base + at), at += align((n > room ? n : room) * sizeof(size_t));
    memory->other = (size_t *)(base + at), at += align((n > room ? n : room) * sizeof(size_t));
    memory->kept = (size_t *)(base + at), at += align(n * sizeof(size_t));
    memory->best_index = (size_t *)(base + at), at += align(2 * room * sizeof(size_t));
    memory->best_score = (float *)(base + at), at += align(2 * room * sizeof(float));
    memory->is_decoded = (bool *)(base + at), at += align(n);
    return at;
}

size_t arete_detection_scratch(const arete_detection_plan *plan) {
    detection_memory memory;
    static char origin[16];
    return lay_out(plan, &memory, origin);
}

/// The box of anchor i. Most boxes are never asked for.
static corner_box box_of(const arete_detection_plan *plan, const detection_memory *memory, size_t i) {
    if (!memory->is_decoded[i]) {
        const float *box = memory->encoded + i * plan->box_stride, *anchor = memory->anchors + 4 * i;
        // In double precision, rounded once, as the reference has it.
        const double height = anchor[2], width = anchor[3];
        const float y = (float)((double)box[0] / (double)plan->scale[0] * height + (double)anchor[0]);
        const float x = (float)((double)box[1] / (double)plan->scale[1] * width + (double)anchor[1]);
        const float half_height = (float)(0.5 * exp((double)box[2] / (double)plan->scale[2]) * height);
        const float half_width = (float)(0.5 * exp((double)box[3] / (double)plan->scale[3]) * width);
        memory->boxes[i] = (corner_box){y - half_height, x - half_width, y + half_height, x + half_width};
        memory->is_decoded[i] = true;
    }
    return memory->boxes[i];
}

/// Restores the heap of indices below `at`: the greatest score first, the first of equals.
static void sink(size_t *heap, size_t count, size_t at, const float *scores) {
    const size_t index = heap[at];
    for (size_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
        const size_t other = child + 1;
        if (other < count && (scores[heap[other]] > scores[heap[child]] ||
                              (scores[heap[other]] == scores[heap[child]] && heap[other] < heap[child]))) {
            child = other;
        }
        const float score = scores[heap[child]];
        if (!(score > scores[index] || (score == scores[index] && heap[child] < index))) {
            break;
        }
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = index;
}

/// Leaves the rows that are kept, best first, in memory->kept; returns how many. A row is kept that overlaps none kept
/// before it, so only as many are looked at as it takes to keep enough.
static size_t suppress(const arete_detection_plan *plan, const detection_memory *memory, size_t most) {
    size_t count = 0, kept = 0;
    for (size_t i = 0; i < plan->anchors; i++) {
        if (memory->scores[i] >= plan->least_score) {
            memory->order[count++] = i;
        }
    }
    for (size_t i = count / 2; i-- > 0;) sink(memory->order, count, i, memory->scores);
    while (count > 0 && kept < most) {
        const size_t best = memory->order[0];
        memory->order[0] = memory->order[--count];
        if (count > 0) {
            sink(memory->order, count, 0, memory->scores);
        }
        const corner_box box = box_of(plan, memory, best);
        bool is_gone = false;
        for (size_t k = 0; k < kept && !is_gone; k++) {
            is_gone = overlap_of(memory->boxes[memory->kept[k]], box) > plan->overlap;
        }
        if (!is_gone) {
            memory->kept[kept++] = best;
        }
    }
    return kept;
}

/// The class of rank `rank` (0: the greatest score, the first of equals) of a row of scores.
static size_t class_of_rank(const float *scores, size_t classes, size_t rank) {
    size_t best = 0;
    for (size_t c = 0; c < classes; c++) {
        size_t better = 0;
        for (size_t d = 0; d < classes; d++) {
            better += scores[d] > scores[c] || (scores[d] == scores[c] && d < c);
        }
        if (better == rank) {
            best = c;
        }
    }
    return best;
}

static size_t first_greatest(const float *scores, size_t classes) {
    size_t best = 0;
    for (size_t c = 1; c < classes; c++) {
        if (scores[c] > scores[best]) {
            best = c;
        }
    }
    return best;
}

/// The greatest score, in eight interleaved parts; the first one where that is NaN.
static float greatest(const float *scores, size_t classes) {
    float most[8];
    for (size_t l = 0; l < 8; l++) most[l] = scores[0];
    size_t c = 0;
    for (; c + 8 <= classes; c += 8) {
        for (size_t l = 0; l < 8; l++) most[l] = scores[c + l] > most[l] ? scores[c + l] : most[l];
    }
    for (; c < classes; c++) most[0] = scores[c] > most[0] ? scores[c] : most[0];
    for (size_t l = 1; l < 8; l++) most[0] = most[l] > most[0] ? most[l] : most[0];
    return most[0];
}

static size_t post_process_fast(const arete_detection_plan *plan, const detection_memory *memory, const float *scores,
                                float *corners, float *classes, float *result_scores) {
    const size_t offset = plan->class_stride - plan->classes;
    for (size_t i = 0; i < plan->anchors; i++) {
        memory->scores[i] = greatest(scores + i * plan->class_stride + offset, plan->classes);
    }
    const size_t kept = suppress(plan, memory, plan->most);
    const size_t told = plan->per_detection < plan->classes ? plan->per_detection : plan->classes;
    for (size_t k = 0; k < kept; k++) {
        const float *row = scores + memory->kept[k] * plan->class_stride + offset;
        for (size_t rank = 0; rank < told; rank++) {
            const size_t class =
                rank == 0 ? first_greatest(row, plan->classes) : class_of_rank(row, plan->classes, rank);
            const size_t slot = k * plan->per_detection + rank;
            memcpy(corners + 4 * slot, &memory->boxes[memory->kept[k]], sizeof(corner_box));
            classes[slot] = (float)class;
            result_scores[slot] = row[class];
        }
    }
    return kept;
}

static size_t post_process_regular(const arete_detection_plan *plan, const detection_memory *memory,
                                   const float *scores, float *corners, float *classes, float *result_scores) {
    const size_t offset = plan->class_stride - plan->classes, room = plan->most + plan->per_class;
    size_t *index = memory->best_index, *merged_index = index + room;
    float *score = memory->best_score, *merged_score = score + room;
    size_t best = 0;
    for (size_t c = 0; c < plan->classes; c++) {
        for (size_t i = 0; i < plan->anchors; i++) {
            memory->scores[i] = scores[i * plan->class_stride + offset + c];
        }
        const size_t kept = suppress(plan, memory, plan->per_class);
        for (size_t k = 0; k < kept; k++) {
            index[best + k] = memory->kept[k] * plan->classes + c;
            score[best + k] = memory->scores[memory->kept[k]];
        }
        const size_t total = best + kept;
        for (size_t i = 0; i < total; i++) {
            memory->order[i] = i;
        }
        sort_by_score(memory->order, total, score, memory->other);
        best = total < plan->most ? total : plan->most;
        for (size_t i = 0; i < best; i++) {
            merged_index[i] = index[memory->order[i]];
            merged_score[i] = score[memory->order[i]];
        }
        memcpy(index, merged_index, best * sizeof *index);
        memcpy(score, merged_score, best * sizeof *score);
    }
    for (size_t i = 0; i < best; i++) {
        memcpy(corners + 4 * i, &memory->boxes[index[i] / plan->classes], sizeof(corner_box));
        classes[i] = (float)(index[i] % plan->classes);
        result_scores[i] = score[i];
    }
    return best;
}

void arete_detection_post_process(const arete_detection_plan *plan, const float *boxes, const float *scores,
                                  const float *anchors, float *corners, float *classes, float *result_scores,
                                  float *count, void *scratch) {
    detection_memory memory;
    lay_out(plan, &memory, scratch);
    const size_t slots = plan->most * (plan->regular ? 1 : plan->per_detection);
    memset(corners, 0, 4 * slots * sizeof *corners);
    memset(classes, 0, slots * sizeof *classes);
    memset(result_scores, 0, slots * sizeof *result_scores);
    memset(memory.is_decoded, 0, plan->anchors);
    memory.encoded = boxes;
    memory.anchors = anchors;
    const size_t kept = plan->regular ? post_process_regular(plan, &memory, scores, corners, classes, result_scores)
                                      : post_process_fast(plan, &memory, scores, corners, classes, result_scores);
    *count = (float)kept;
}

typedef struct {
    float score;
    int32_t index;
    int32_t next; // the chosen box that it has not met yet
    int32_t unused;
} candidate;

static bool is_better(candidate a, candidate b) {
    return a.score > b.score || (a.score == b.score && a.index < b.index);
}

static void sift_down(candidate *heap, size_t count, size_t at) {
    for (;;) {
        size_t best = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < count; child++) {
            if (is_better(heap[child], heap[best])) {
                best = child;
            }
        }
        if (best == at) {
            return;
        }
        const candidate swap = heap[at];
        heap[at] = heap[best];
        heap[best] = swap;
        at = best;
    }
}

static corner_box ordered(const float *box) {
    return (corner_box){fminf(box[0], box[2]), fminf(box[1], box[3]), fmaxf(box[0], box[2]), fmaxf(box[1], box[3])};
}

size_t arete_padded_suppression(size_t n, size_t most, float overlap, float least_score, float sigma,
                                const float *boxes, const float *scores, int32_t *chosen, float *chosen_scores,
                                void *scratch) {
    candidate *heap = scratch;
    size_t count = 0, kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (scores[i] > least_score) {
            heap[count++] = (candidate){scores[i], (int32_t)i, 0, 0};
        }
    }
    for (size_t i = count / 2; i-- > 0;) sift_down(heap, count, i);
    memset(chosen, 0, most * sizeof *chosen);
    if (chosen_scores) {
        memset(chosen_scores, 0, most * sizeof *chosen_scores);
    }
    while (kept < most && count > 0) {
        candidate next = heap[0];
        heap[0] = heap[--count];
        sift_down(heap, count, 0);
        const float score = next.score;
        const corner_box box = ordered(boxes + 4 * (size_t)next.index);
        bool is_dropped = false;
        for (int32_t k = (int32_t)kept - 1; k >= next.next; k--) {
            const float common = overlap_of(box, ordered(boxes + 4 * (size_t)chosen[k]));
            if (common >= overlap) {
                is_dropped = true;
                break;
            }
            if (sigma > 0) {
                next.score *= expf(-0.5f / sigma * common * common);
            }
            if (next.score <= least_score) {
                break;
            }
        }
        next.next = (int32_t)kept;
        if (is_dropped) {
            continue;
        }
        if (next.score == score) {
            chosen[kept] = next.index;
            if (chosen_scores) {
                chosen_scores[kept] = next.score;
            }
            kept++;
        } else if (next.score > least_score) {
            size_t at = count++;
            while (at > 0 && is_better(next, heap[(at - 1) / 2])) {
                heap[at] = heap[(at - 1) / 2];
                at = (at - 1) / 2;
            }
            heap[at] = next;
        }
    }
    return kept;
}
