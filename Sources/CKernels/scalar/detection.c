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
    corner_box *boxes;
    float *scores;
    size_t *order, *other, *kept, *best_index;
    float *best_score;
    bool *is_gone;
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
    memory->is_gone = (bool *)(base + at), at += align(n);
    return at;
}

size_t arete_detection_scratch(const arete_detection_plan *plan) {
    detection_memory memory;
    static char origin[16];
    return lay_out(plan, &memory, origin);
}

static void decode(const arete_detection_plan *plan, const float *boxes, const float *anchors, corner_box *corners) {
    for (size_t i = 0; i < plan->anchors; i++) {
        const float *box = boxes + i * plan->box_stride, *anchor = anchors + 4 * i;
        // In double precision, rounded once, as the reference has it.
        const double height = anchor[2], width = anchor[3];
        const float y = (float)((double)box[0] / (double)plan->scale[0] * height + (double)anchor[0]);
        const float x = (float)((double)box[1] / (double)plan->scale[1] * width + (double)anchor[1]);
        const float half_height = (float)(0.5 * exp((double)box[2] / (double)plan->scale[2]) * height);
        const float half_width = (float)(0.5 * exp((double)box[3] / (double)plan->scale[3]) * width);
        corners[i] = (corner_box){y - half_height, x - half_width, y + half_height, x + half_width};
    }
}

/// Leaves the rows that are kept, best first, in memory->kept; returns how many.
static size_t suppress(const arete_detection_plan *plan, const detection_memory *memory, size_t most) {
    size_t count = 0;
    for (size_t i = 0; i < plan->anchors; i++) {
        if (memory->scores[i] >= plan->least_score) {
            memory->order[count++] = i;
        }
    }
    sort_by_score(memory->order, count, memory->scores, memory->other);
    memset(memory->is_gone, 0, count);
    size_t kept = 0;
    for (size_t i = 0; i < count && kept < most; i++) {
        if (memory->is_gone[i]) {
            continue;
        }
        const corner_box box = memory->boxes[memory->order[i]];
        memory->kept[kept++] = memory->order[i];
        for (size_t j = i + 1; j < count; j++) {
            if (!memory->is_gone[j] && overlap_of(box, memory->boxes[memory->order[j]]) > plan->overlap) {
                memory->is_gone[j] = true;
            }
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

static size_t post_process_fast(const arete_detection_plan *plan, const detection_memory *memory, const float *scores,
                                float *corners, float *classes, float *result_scores) {
    const size_t offset = plan->class_stride - plan->classes;
    for (size_t i = 0; i < plan->anchors; i++) {
        const float *row = scores + i * plan->class_stride + offset;
        memory->scores[i] = row[first_greatest(row, plan->classes)];
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
    decode(plan, boxes, anchors, memory.boxes);
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
