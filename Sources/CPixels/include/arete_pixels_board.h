// What finds the corners of a chessboard in a grey picture; portable C alone.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// How far from the border of a picture responses are told.
enum { ARETE_SADDLE_MARGIN = 6 };

// Each pixel's likeness to a place where four fields meet, dark and bright in turn: what opposite places of a circle of
// radius 5 have in
// common, less what they differ in, less what the circle's mean differs from the middle's. 0 where it is none, and at
// the border.
void arete_grey_saddles(const uint8_t *restrict grey, size_t width, size_t height, int16_t *restrict responses);

// The places (y * width + x) of responses from `least` up that are the largest within `radius`; returns how many there
// are, of which the
// first `most` are written.
size_t arete_grey_peaks(const int16_t *restrict responses, size_t width, size_t height, size_t radius, int16_t least,
                        uint32_t *restrict places, size_t most);

// Moves (x, y), where pixel (0, 0) has its middle at (0, 0), to the point that the edges within `radius` run through.
// False where there
// are no two edges, where the border is too near, or where the point lies further than half of `radius` from where it
// began.
bool arete_grey_meeting(const uint8_t *restrict grey, size_t width, size_t height, double radius, double *restrict x,
                        double *restrict y);
