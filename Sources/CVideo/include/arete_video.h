// Video files and network cameras through FFmpeg's libraries, which are brought in when the first one is opened.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// How a call ended; `message` of `arete_video_error` says more of what is neither a frame nor the end.
typedef enum {
    ARETE_VIDEO_OK = 0,
    ARETE_VIDEO_END = 1,
    ARETE_VIDEO_FAILED = 2,
    ARETE_VIDEO_OVERDUE = 3, ///< nothing came within the patience, or `arete_video_stop` was called
    ARETE_VIDEO_ABSENT = 4,  ///< this build or this machine has no such libraries
} arete_video_status;

/// What went wrong, for the person who must act.
typedef struct {
    char message[256];
} arete_video_error;

typedef struct arete_video arete_video;

/// How a frame's planes lie.
typedef enum {
    ARETE_VIDEO_GREY,
    ARETE_VIDEO_RGB,
    ARETE_VIDEO_NV12,
    ARETE_VIDEO_YUV420,
    ARETE_VIDEO_YUV422,
    ARETE_VIDEO_YUV444,
} arete_video_layout;

typedef enum { ARETE_VIDEO_BT601, ARETE_VIDEO_BT709, ARETE_VIDEO_BT2020 } arete_video_matrix;

/// A decoded picture; its memory lasts until `arete_video_release` of `owner`, on any thread.
typedef struct {
    void *owner;
    arete_video_layout layout;
    arete_video_matrix matrix;
    bool is_full_range;
    bool is_damaged;
    bool has_time;
    int64_t time; ///< nanoseconds since the begin of the file or stream
    uint32_t width;
    uint32_t height;
    const uint8_t *planes[3];
    size_t strides[3];
    size_t bytes[3]; ///< of each plane that may be read; 0 for planes that the layout has not
} arete_video_frame;

/// Whether videos can be opened: `ARETE_VIDEO_OK` or `ARETE_VIDEO_ABSENT`.
arete_video_status arete_video_check(arete_video_error *error);

/// Something to open; null without memory.
///
/// `address` is a file's path, or an `rtsp://` or `rtsps://` address where `is_stream`; nothing else is opened,
/// whatever the file says. `patience`: how many milliseconds `arete_video_open` and `arete_video_next` may take.
arete_video *arete_video_create(const char *address, bool is_stream, int patience);

/// Once.
arete_video_status arete_video_open(arete_video *video, arete_video_error *error);

/// The next picture. Packets that cannot be decoded are passed over.
arete_video_status arete_video_next(arete_video *video, arete_video_frame *frame, arete_video_error *error);

/// Ends what another thread is waiting for, now and for ever.
void arete_video_stop(arete_video *video);

void arete_video_release(void *owner);

/// Not while another thread uses it.
void arete_video_close(arete_video *video);
