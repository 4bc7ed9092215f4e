// Umbrella header: every family of pixel kernels.
#pragma once
#include "arete_pixels_bayer.h"
#include "arete_pixels_board.h"
#include "arete_pixels_camera.h"
#include "arete_pixels_colour.h"
#include "arete_pixels_flow.h"
#include "arete_pixels_orient.h"
#include "arete_pixels_resize.h"
#include "arete_pixels_rows.h"
#include "arete_pixels_view.h"
