// Non-maximum suppression of boxes.
#pragma once
#include "arete_types.h"

/// boxes [batch][n][4] and scores [batch][classes][n], float32. Corner boxes are y1, x1, y2, x2 in any order of the
/// corners; centre boxes are x, y, width, height.
typedef struct {
    size_t batch, classes, n;
    size_t most;   // boxes kept a class and image
    float overlap; // boxes whose intersection over union with a better one is larger go
    float score;   // only boxes with larger scores count, where has_score
    bool has_score, centre;
} arete_suppression_plan;

/// Writes image, class and box of each box that is kept to y [][3], images and classes in order, best first; returns
/// how many. y has room for batch * classes * min(most, n) of them, `scratch` for n numbers. Time O(n * kept) a class.
size_t arete_non_max_suppression(const arete_suppression_plan *plan, const float *boxes, const float *scores,
                                 int64_t *y, size_t *scratch);
