// libyuv's conversions, in the fewest passes that it has for each.
#include "peer.h"

#include <libyuv.h>
#include <libyuv/scale_rgb.h>
#include <stdlib.h>
#include <string.h>

struct peer_memory {
    int width, height, target_width, target_height;
    uint8_t *first, *second;
};

peer_memory *peer_open(size_t width, size_t height, size_t target_width, size_t target_height) {
    peer_memory *memory = malloc(sizeof *memory);
    *memory = (peer_memory){(int)width,
                            (int)height,
                            (int)target_width,
                            (int)target_height,
                            aligned_alloc(64, 4 * width * height),
                            aligned_alloc(64, 4 * width * height)};
    return memory;
}

void peer_close(peer_memory *memory) {
    free(memory->first);
    free(memory->second);
    free(memory);
}

static int keeps_size(const peer_memory *m) { return m->width == m->target_width && m->height == m->target_height; }

typedef int (*to_argb)(const uint8_t *, int, uint8_t *, int, int, int);

// Packed pairs: a picture of four bytes a pixel, that at its size, then three bytes.
static void packed(peer_memory *m, const uint8_t *source, uint8_t *target, to_argb convert) {
    convert(source, 2 * m->width, m->first, 4 * m->width, m->width, m->height);
    const uint8_t *argb = m->first;
    if (!keeps_size(m)) {
        ARGBScale(m->first, 4 * m->width, m->width, m->height, m->second, 4 * m->target_width, m->target_width,
                  m->target_height, kFilterBilinear);
        argb = m->second;
    }
    ARGBToRAW(argb, 4 * m->target_width, target, 3 * m->target_width, m->target_width, m->target_height);
}

void peer_yuyv(peer_memory *m, const uint8_t *source, uint8_t *target) { packed(m, source, target, YUY2ToARGB); }
void peer_uyvy(peer_memory *m, const uint8_t *source, uint8_t *target) { packed(m, source, target, UYVYToARGB); }

typedef int (*from_pairs)(const uint8_t *, int, const uint8_t *, int, uint8_t *, int, int, int);

static void pairs(peer_memory *m, const uint8_t *source, uint8_t *target, from_pairs convert) {
    const int w = m->target_width, h = m->target_height;
    const uint8_t *y = source, *uv = source + m->width * m->height;
    if (!keeps_size(m)) {
        NV12Scale(y, m->width, uv, m->width, m->width, m->height, m->first, w, m->second, w, w, h, kFilterBilinear);
        y = m->first;
        uv = m->second;
    }
    convert(y, w, uv, w, target, 3 * w, w, h);
}

void peer_nv12(peer_memory *m, const uint8_t *source, uint8_t *target) { pairs(m, source, target, NV12ToRAW); }
void peer_nv21(peer_memory *m, const uint8_t *source, uint8_t *target) { pairs(m, source, target, NV21ToRAW); }

void peer_yu12(peer_memory *m, const uint8_t *source, uint8_t *target) {
    const int w = m->target_width, h = m->target_height, half = (w + 1) / 2, rows = (h + 1) / 2;
    const uint8_t *y = source, *u = y + m->width * m->height, *v = u + m->width * m->height / 4;
    if (keeps_size(m)) {
        I420ToRAW(y, w, u, half, v, half, target, 3 * w, w, h);
        return;
    }
    I420Scale(y, m->width, u, m->width / 2, v, m->width / 2, m->width, m->height, m->first, w, m->second, half,
              m->second + half * rows, half, w, h, kFilterBilinear);
    I420ToRAW(m->first, w, m->second, half, m->second + half * rows, half, target, 3 * w, w, h);
}

void peer_rgb(peer_memory *m, const uint8_t *source, uint8_t *target) {
    if (keeps_size(m)) {
        CopyPlane(source, 3 * m->width, target, 3 * m->width, 3 * m->width, m->height);
    } else {
        RGBScale(source, 3 * m->width, m->width, m->height, target, 3 * m->target_width, m->target_width,
                 m->target_height, kFilterBilinear);
    }
}

void peer_bgr(peer_memory *m, const uint8_t *source, uint8_t *target) {
    if (keeps_size(m)) {
        RAWToRGB24(source, 3 * m->width, target, 3 * m->width, m->width, m->height);
        return;
    }
    RGBScale(source, 3 * m->width, m->width, m->height, m->first, 3 * m->target_width, m->target_width,
             m->target_height, kFilterBilinear);
    RAWToRGB24(m->first, 3 * m->target_width, target, 3 * m->target_width, m->target_width, m->target_height);
}

void peer_grey(peer_memory *m, const uint8_t *source, uint8_t *target) {
    if (keeps_size(m)) {
        CopyPlane(source, m->width, target, m->width, m->width, m->height);
    } else {
        ScalePlane(source, m->width, m->width, m->height, target, m->target_width, m->target_width, m->target_height,
                   kFilterBilinear);
    }
}

void peer_words(peer_memory *m, const uint8_t *source, uint8_t *target) {
    uint8_t *narrow = keeps_size(m) ? target : m->first;
    Convert16To8Plane((const uint16_t *)source, m->width, narrow, m->width, 256, m->width, m->height);
    if (!keeps_size(m)) peer_grey(m, narrow, target);
}

int peer_version(void) { return LIBYUV_VERSION; }

double peer_bytes(const char *format, double pixels) {
    if (strcmp(format, "GREY") == 0) return pixels;
    if (strncmp(format, "NV", 2) == 0 || strcmp(format, "YU12") == 0) return 1.5 * pixels;
    if (strcmp(format, "RGB24") == 0 || strcmp(format, "BGR24") == 0) return 3 * pixels;
    return 2 * pixels;
}
