// The last operators of TFLite's detectors: boxes from anchors, and suppression with outputs of a fixed size.
#pragma once
#include "arete_types.h"

/// TFLite_Detection_PostProcess on floats.
typedef struct {
    size_t anchors, box_stride;           // rows of boxes and scores; numbers from box to box (4 or more)
    size_t classes, class_stride;         // classes without background; numbers from row to row of the scores
    size_t most;                          // detections in all
    size_t per_detection, per_class;      // classes told of a box; boxes of a class (regular suppression)
    bool regular;                         // suppression class by class
    float least_score, overlap, scale[4]; // scale of y, x, height, width
} arete_detection_plan;

/// Bytes of scratch.
size_t arete_detection_scratch(const arete_detection_plan *plan);

/// boxes [anchors][y, x, height, width ...] relative to the anchors [anchors][y, x, height, width]; outputs as the
/// operator has them: corners [count][4], classes and scores [count], and how many are valid; the rest is 0. Boxes of
/// equal scores keep their order. Time O(anchors * kept) for each suppression.
void arete_detection_post_process(const arete_detection_plan *plan, const float *boxes, const float *scores,
                                  const float *anchors, float *corners, float *classes, float *result_scores,
                                  float *count, void *scratch);

/// NON_MAX_SUPPRESSION_V4 and V5: boxes [n][y1, x1, y2, x2], corners in any order. Chosen boxes, best first; the rest
/// of `most` is 0. `sigma` > 0 lowers the scores of overlapping boxes instead of dropping them (soft suppression).
/// `chosen_scores` may be null. `scratch` has 16 n + 16 bytes. Returns how many are valid.
size_t arete_padded_suppression(size_t n, size_t most, float overlap, float least_score, float sigma,
                                const float *boxes, const float *scores, int32_t *chosen, float *chosen_scores,
                                void *scratch);
