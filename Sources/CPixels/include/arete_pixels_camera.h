// Pictures as cameras send them to planes or pixels of bytes, resized, in colour, as a model's input wants them.
#pragma once
#include "arete_pixels_resize.h"
#include "arete_pixels_rows.h"
#include <stddef.h>
#include <stdint.h>

/// How the bytes of a picture lie.
typedef enum {
    ARETE_CAMERA_GREY,   ///< one plane of bytes
    ARETE_CAMERA_WORDS,  ///< one plane of 16-bit words in the machine's order
    ARETE_CAMERA_RGB,    ///< triples
    ARETE_CAMERA_YUYV,   ///< Y Cb Y Cr
    ARETE_CAMERA_UYVY,   ///< Cb Y Cr Y
    ARETE_CAMERA_PAIRS,  ///< a plane of Y, one of pairs of chroma: NV12, NV16, NV24
    ARETE_CAMERA_PLANES, ///< three planes: YU12
} arete_camera_layout;

/// Everything about a conversion but the picture. Planes in the order Y, Cb, Cr or red, green, blue.
typedef struct {
    arete_camera_layout layout;
    size_t width; ///< of the picture, even where chroma is shared
    size_t height;
    size_t chroma_across; ///< pixels that share a chroma sample: 1 or 2
    size_t chroma_down;
    int has_colour;          ///< of what the conversion gives: one plane or three
    int is_yuv;              ///< colours need the matrix
    int is_swapped;          ///< Cr before Cb, or blue before red in triples
    int keeps_size;          ///< a chroma sample then serves its pixels as it is
    arete_yuv_matrix matrix; ///< where colours need one
    uint16_t low;            ///< of words, see `narrow`
    uint16_t scale;
    size_t target_width;
    size_t target_height;
    /// Of the first plane and of chroma; columns are null where a row keeps its width, rows where a column keeps its
    /// height.
    const arete_column_group *columns[2];
    int columns_are_near[2];
    const arete_bilinear_tap *rows[2];
    int halves[2]; ///< both sides become exactly half as long: means of four, whatever columns and rows say
} arete_camera_plan;

/// Where a picture's planes begin, and how far apart their rows are, in bytes.
typedef struct {
    const uint8_t *planes[3];
    size_t strides[3];
} arete_camera_picture;

/// Groups of eight outputs for `taps`, padded with outputs of the last pixel. `groups` holds (count + 7) / 8. Returns 2
/// where both loads of every group are one, else 1; 0 where a row of `length` pixels is shorter than a load or four
/// outputs lie too far apart for one (beyond some 4.3 to 1).
int arete_column_groups(const arete_bilinear_tap *taps, size_t count, size_t length, arete_column_group *groups);

/// Where converted rows go.
typedef struct {
    uint8_t *planes[3]; ///< the first one alone where pixels are interleaved or grey
    size_t stride;      ///< bytes from row to row
    int is_interleaved;
    int is_blue_first;
    uint8_t flip; ///< each byte xor this
} arete_camera_target;

/// Bytes that `arete_camera_convert` needs to work in.
size_t arete_camera_scratch(const arete_camera_plan *plan);

/// Converts rows `first` to `first + count` of the target: split, resized, in colour, joined, row by row, so that all
/// between source and target stays in the first cache. `target` points at row `first`. Chroma is shared where sides are
/// kept and interpolated where they are not. No byte of `picture` outside its rows is read.
void arete_camera_convert(const arete_camera_rows *kernels, const arete_camera_plan *plan,
                          const arete_camera_picture *picture, size_t first, size_t count,
                          const arete_camera_target *target, void *scratch);
