// Walks a range of a loop nest run by run: a run is a stretch of the innermost dimension.
#pragma once
#include "arete_nest.h"
#include <string.h>

typedef struct {
    size_t index[ARETE_NEST_RANK];
    ptrdiff_t offset[ARETE_NEST_OPERANDS]; // bytes from each operand's start to the run's first point
    ptrdiff_t step[ARETE_NEST_OPERANDS];   // bytes from one point of the run to the next
    size_t run;                            // points in the run; 0 when the walk is over
    size_t left;                           // points after the run's first
} arete_walk;

static inline void arete_walk_set_run(arete_walk *walk, const arete_nest *nest) {
    const size_t last = nest->rank - 1;
    const size_t room = nest->rank == 0 ? 1 : nest->extent[last] - walk->index[last];
    walk->run = walk->left < room ? walk->left : room;
}

static inline arete_walk arete_walk_begin(const arete_nest *nest, size_t begin, size_t end) {
    arete_walk walk;
    memset(&walk, 0, sizeof walk);
    if (begin >= end) return walk;
    walk.left = end - begin;
    for (size_t d = nest->rank; d-- > 0;) {
        walk.index[d] = begin % nest->extent[d];
        begin /= nest->extent[d];
        for (size_t k = 0; k < nest->operands; k++) {
            walk.offset[k] += (ptrdiff_t)walk.index[d] * nest->stride[k][d];
        }
    }
    for (size_t k = 0; k < nest->operands && nest->rank > 0; k++) walk.step[k] = nest->stride[k][nest->rank - 1];
    arete_walk_set_run(&walk, nest);
    return walk;
}

/// Goes on by `count` steps of dimension `outer`, within it; all dimensions inside it are at their start.
static inline void arete_walk_skip(arete_walk *walk, const arete_nest *nest, size_t outer, size_t count) {
    size_t points = count;
    for (size_t d = outer + 1; d < nest->rank; d++) points *= nest->extent[d];
    walk->left -= points;
    if (walk->left == 0) {
        walk->run = 0;
        return;
    }
    size_t advance = count;
    for (size_t d = outer;; d--) {
        walk->index[d] += advance;
        for (size_t k = 0; k < nest->operands; k++) walk->offset[k] += (ptrdiff_t)advance * nest->stride[k][d];
        if (walk->index[d] < nest->extent[d] || d == 0) break;
        for (size_t k = 0; k < nest->operands; k++) {
            walk->offset[k] -= (ptrdiff_t)nest->extent[d] * nest->stride[k][d];
        }
        walk->index[d] = 0;
        advance = 1;
    }
    arete_walk_set_run(walk, nest);
}

static inline void arete_walk_next(arete_walk *walk, const arete_nest *nest) {
    walk->left -= walk->run;
    if (walk->left == 0) {
        walk->run = 0;
        return;
    }
    const size_t last = nest->rank - 1;
    size_t advance = walk->run;
    for (size_t d = last;; d--) {
        walk->index[d] += advance;
        for (size_t k = 0; k < nest->operands; k++) walk->offset[k] += (ptrdiff_t)advance * nest->stride[k][d];
        if (walk->index[d] < nest->extent[d] || d == 0) break;
        for (size_t k = 0; k < nest->operands; k++) {
            walk->offset[k] -= (ptrdiff_t)nest->extent[d] * nest->stride[k][d];
        }
        walk->index[d] = 0;
        advance = 1;
    }
    arete_walk_set_run(walk, nest);
}
