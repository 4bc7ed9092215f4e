// Times the conversions of camera pictures beside libyuv's, both doing the same work in turns, and prints one line for
// each.
#include "arete_pixels.h"
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WIDTH = 1280, HEIGHT = 720, ROUNDS = 300 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec * 1e-6;
}

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double median(double *values) {
    qsort(values, ROUNDS, sizeof *values, ascending);
    return values[ROUNDS / 2];
}

// Zeroed, so that no page is touched for the first time while the clock runs.
static void *aligned(size_t count) {
    const size_t whole = (count + 63) / 64 * 64;
    return memset(aligned_alloc(64, whole), 0, whole);
}

typedef struct {
    const char *name;
    arete_camera_layout layout;
    size_t shared_across, shared_down;
    int is_yuv, is_swapped;
    peer_conversion peer;
} pixel_format;

static const pixel_format formats[] = {
    {"YUYV", ARETE_CAMERA_YUYV, 2, 1, 1, 0, peer_yuyv},   {"UYVY", ARETE_CAMERA_UYVY, 2, 1, 1, 0, peer_uyvy},
    {"NV12", ARETE_CAMERA_PAIRS, 2, 2, 1, 0, peer_nv12},  {"NV21", ARETE_CAMERA_PAIRS, 2, 2, 1, 1, peer_nv21},
    {"YU12", ARETE_CAMERA_PLANES, 2, 2, 1, 0, peer_yu12}, {"RGB24", ARETE_CAMERA_RGB, 1, 1, 0, 0, peer_rgb},
    {"BGR24", ARETE_CAMERA_RGB, 1, 1, 0, 1, peer_bgr},    {"GREY", ARETE_CAMERA_GREY, 1, 1, 0, 0, peer_grey},
    {"Y16", ARETE_CAMERA_WORDS, 1, 1, 0, 0, peer_words},
};

// Tables for one side of a resize; none where the side is kept.
static const arete_column_group *columns_for(size_t length, size_t count, int *are_near) {
    if (length == count) return NULL;
    arete_bilinear_tap *taps = malloc(count * sizeof *taps);
    arete_column_group *groups = malloc((count + 7) / 8 * sizeof *groups);
    arete_bilinear_taps(length, count, 0, taps);
    *are_near = arete_column_groups(taps, count, length, groups) == 2;
    free(taps);
    return groups;
}

static const arete_bilinear_tap *rows_for(size_t length, size_t count) {
    if (length == count) return NULL;
    arete_bilinear_tap *taps = malloc(count * sizeof *taps);
    arete_bilinear_taps(length, count, 1, taps);
    return taps;
}

static arete_camera_plan plan_of(const pixel_format *format, size_t width, size_t height) {
    arete_camera_plan plan = {
        .layout = format->layout,
        .width = WIDTH,
        .height = HEIGHT,
        .chroma_across = format->shared_across,
        .chroma_down = format->shared_down,
        .has_colour = format->layout != ARETE_CAMERA_GREY && format->layout != ARETE_CAMERA_WORDS,
        .is_yuv = format->is_yuv,
        .is_swapped = format->is_swapped,
        .keeps_size = width == WIDTH && height == HEIGHT,
        .matrix = {16, 9539, 6537, 1605, 3330, 8263},
        .scale = 256,
        .target_width = width,
        .target_height = height,
    };
    for (int group = 0; group < 2 && !plan.keeps_size; group++) {
        const size_t across = group ? format->shared_across : 1, down = group ? format->shared_down : 1;
        plan.halves[group] = WIDTH / across == 2 * width && HEIGHT / down == 2 * height;
        plan.columns[group] = columns_for(WIDTH / across, width, &plan.columns_are_near[group]);
        plan.rows[group] = rows_for(HEIGHT / down, height);
    }
    return plan;
}

static arete_camera_picture picture_of(const pixel_format *format, const uint8_t *bytes) {
    const uint8_t *second = bytes + WIDTH * HEIGHT, *third = second + WIDTH * HEIGHT / 4;
    switch (format->layout) {
    case ARETE_CAMERA_GREY:
        return (arete_camera_picture){{bytes}, {WIDTH}};
    case ARETE_CAMERA_RGB:
        return (arete_camera_picture){{bytes}, {3 * WIDTH}};
    case ARETE_CAMERA_PAIRS:
        return (arete_camera_picture){{bytes, second}, {WIDTH, WIDTH}};
    case ARETE_CAMERA_PLANES:
        return (arete_camera_picture){{bytes, second, third}, {WIDTH, WIDTH / 2, WIDTH / 2}};
    default:
        return (arete_camera_picture){{bytes}, {2 * WIDTH}};
    }
}

static void compare(const pixel_format *format, size_t width, size_t height, const uint8_t *bytes) {
    const arete_camera_plan plan = plan_of(format, width, height);
    const arete_camera_picture picture = picture_of(format, bytes);
    const size_t channels = plan.has_colour ? 3 : 1, count = width * height * channels;
    uint8_t *ours = aligned(count), *theirs = aligned(count);
    void *scratch = aligned(arete_camera_scratch(&plan));
    peer_memory *memory = peer_open(WIDTH, HEIGHT, width, height);
    const arete_camera_target target = {{ours}, width * channels, 1, 0, 0};
    const arete_camera_rows *rows = arete_camera_rows_best();
    double our_times[ROUNDS], their_times[ROUNDS], ratios[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        const double start = now();
        arete_camera_convert(rows, &plan, &picture, 0, height, &target, scratch);
        const double between = now();
        format->peer(memory, bytes, theirs);
        their_times[round] = now() - between;
        our_times[round] = between - start;
        ratios[round] = their_times[round] / our_times[round];
    }
    // Both did the same work: the mean difference shows it.
    double difference = 0;
    for (size_t i = 0; i < count; i++) difference += abs(ours[i] - theirs[i]);
    const double our_time = median(our_times), their_time = median(their_times);
    printf("| %s | %zux%zu | %.3f | %.3f | %.2f | %.1f | %.2f |\n", format->name, width, height, our_time, their_time,
           median(ratios), peer_bytes(format->name, WIDTH * HEIGHT) / our_time * 1e-6, difference / (double)count);
    peer_close(memory);
    free(scratch);
    free(theirs);
    free(ours);
}

int main(void) {
    uint8_t *bytes = aligned(3 * WIDTH * HEIGHT);
    // Smooth, with a little noise, as pictures are, and pale, so that no colour is clipped.
    for (size_t i = 0; i < 3 * WIDTH * HEIGHT; i++) bytes[i] = (uint8_t)(100 + i / 50000 + (unsigned)rand() % 4);
    printf("libyuv %d, pictures of %dx%d, medians of %d rounds in turns, one thread\n\n", peer_version(), WIDTH, HEIGHT,
           ROUNDS);
    printf("| from | to | ours, ms | libyuv, ms | times as fast | GB/s read | mean difference |\n");
    printf("| --- | --- | --- | --- | --- | --- | --- |\n");
    const size_t sizes[][2] = {{WIDTH, HEIGHT}, {640, 360}, {416, 234}};
    for (size_t size = 0; size < 3; size++) {
        for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
            compare(&formats[i], sizes[size][0], sizes[size][1], bytes);
        }
    }
    free(bytes);
    return 0;
}
