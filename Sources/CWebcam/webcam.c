// One webcam's frames through libv4lconvert's decoders. It is brought in when it is needed: few machines have a camera
// that wants it.
#include "arete_webcam.h"
#include "checks.h"
#include <string.h>

// Decoders of compressed frames do not ask where a frame ends. Behind it they find zeros, and every decoder's shortest
// codes are zeros, so that all are through after at most this many bytes: SN9C10x and MR97310A after w h / 8 + 20 (a
// bit a pixel), JPEG Lite after 1.3 w h / 8 + 8 (13 bits a block), SN9C2028 after w h / 8 + 2 h + 20, SQ905C after its
// header of 80 and w h / 8 + 4, PAC207 within a row of 11 bits a pixel. MR97310A also reads, and does not use, the two
// bytes before its samples, which are the heap's own.
static size_t zeros_behind(size_t width, size_t height) { return 2 * width * height + 64; }

size_t arete_webcam_scratch(const arete_webcam_format *format, size_t width, size_t height) {
    const size_t frame = arete_webcam_frame_bytes(format, width, height);
    return format->bits > 0 ? frame : frame + zeros_behind(width, height);
}

#if __has_include(<libv4lconvert.h>) && __has_include(<libv4l-plugin.h>)
#include "arete_functions.h"
#include <errno.h>
#include <libv4l-plugin.h>
#include <libv4lconvert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#define LIBRARY "libv4lconvert.so.0"

#define FUNCTIONS(X)                                                                                                   \
    X(v4lconvert_convert) X(v4lconvert_create_with_dev_ops) X(v4lconvert_destroy) X(v4lconvert_get_error_message)

ARETE_FUNCTIONS(LIBRARY, FUNCTIONS)

const char *arete_webcam_absence(void) {
    return is_loaded() ? 0 : LIBRARY " is not on this machine: install Debian's libv4lconvert0";
}

struct arete_webcam {
    const arete_webcam_format *format;
    unsigned width, height;
    struct v4lconvert_data *decoder;
};

// The device that the library asks: it has one format, which the library does not know. With none, the library would
// think that it alone can read the device, and look for settings of the user's that concern such ones.
static int answer(void *context, int descriptor, unsigned long request, void *argument) {
    (void)context, (void)descriptor;
    struct v4l2_fmtdesc *const format = argument;
    if (request == VIDIOC_ENUM_FMT && format->index == 0) {
        format->pixelformat = 0;
        return 0;
    }
    errno = EINVAL;
    return -1;
}

static const struct libv4l_dev_ops device = {.ioctl = answer};

arete_webcam *arete_webcam_create(const arete_webcam_format *format, unsigned width, unsigned height) {
    arete_webcam *const webcam = calloc(1, sizeof *webcam);
    if (!webcam) return 0;
    webcam->format = format;
    webcam->width = width;
    webcam->height = height;
    return webcam;
}

static void forget(arete_webcam *webcam) {
    if (webcam->decoder) functions.v4lconvert_destroy(webcam->decoder);
    webcam->decoder = 0;
}

void arete_webcam_destroy(arete_webcam *webcam) {
    if (!webcam) return;
    forget(webcam);
    free(webcam);
}

static arete_webcam_status damaged(arete_webcam_report *report, const char *message) {
    snprintf(report->message, sizeof report->message, "%s", message);
    char *const end = strchr(report->message, '\n');
    if (end) *end = 0;
    return ARETE_WEBCAM_DAMAGED;
}

// The frame without gaps in memory of our own: the library writes into what it is given, and reads on behind it.
static bool copy(const arete_webcam *webcam, const uint8_t *frame, size_t bytes, size_t stride, uint8_t *scratch) {
    const arete_webcam_format *const format = webcam->format;
    const size_t whole = arete_webcam_frame_bytes(format, webcam->width, webcam->height);
    if (format->bits == 0) {
        if (bytes > whole) return false;
        memcpy(scratch, frame, bytes);
        memset(scratch + bytes, 0, zeros_behind(webcam->width, webcam->height));
        return true;
    }
    const size_t row = whole / webcam->height;
    if (!format->has_rows || stride == 0 || stride == row) {
        if (bytes < whole) return false;
        memcpy(scratch, frame, whole);
        return true;
    }
    if (stride < row || bytes < row || (bytes - row) / stride < webcam->height - 1) return false;
    for (size_t y = 0; y < webcam->height; y++) memcpy(scratch + y * row, frame + y * stride, row);
    return true;
}

static struct v4l2_format described(uint32_t code, unsigned width, unsigned height, size_t row, size_t bytes) {
    struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    format.fmt.pix.width = width;
    format.fmt.pix.height = height;
    format.fmt.pix.pixelformat = code;
    format.fmt.pix.field = V4L2_FIELD_NONE;
    format.fmt.pix.bytesperline = (uint32_t)row;
    format.fmt.pix.sizeimage = (uint32_t)bytes;
    return format;
}

static bool convert(arete_webcam *webcam, bool is_turned, uint8_t *scratch, size_t bytes, uint8_t *picture) {
    const arete_webcam_format *const f = webcam->format;
    const unsigned width = is_turned ? webcam->height : webcam->width;
    const unsigned height = is_turned ? webcam->width : webcam->height;
    const bool is_rgb = f->layout == ARETE_WEBCAM_RGB;
    const size_t whole = arete_webcam_picture_bytes(f, width, height);
    // Of mosaics and of luma, the library means the samples by a row, not the frame's bytes.
    const size_t row = f->has_rows ? width * f->bits / 8 : width;
    const struct v4l2_format from = described(f->code, width, height, row, bytes);
    const struct v4l2_format to =
        described(is_rgb ? V4L2_PIX_FMT_RGB24 : V4L2_PIX_FMT_YUV420, width, height, is_rgb ? 3 * width : width, whole);
    // Several decoders of compressed frames keep tables that all share, and fill them at their first frame.
    static pthread_mutex_t tables = PTHREAD_MUTEX_INITIALIZER;
    if (f->bits == 0) pthread_mutex_lock(&tables);
    const int made =
        functions.v4lconvert_convert(webcam->decoder, &from, &to, scratch, (int)bytes, picture, (int)whole);
    if (f->bits == 0) pthread_mutex_unlock(&tables);
    return made >= 0 && (size_t)made == whole;
}

arete_webcam_status arete_webcam_decode(arete_webcam *webcam, const uint8_t *frame, size_t bytes, size_t stride,
                                        uint8_t *scratch, uint8_t *picture, arete_webcam_report *report) {
    const arete_webcam_format *const format = webcam->format;
    report->is_turned = false;
    report->message[0] = 0;
    if (!is_loaded()) return ARETE_WEBCAM_ABSENT;
    if (!copy(webcam, frame, bytes, stride, scratch)) return damaged(report, "fewer or more bytes than it has");
    if (format->check && !format->check(scratch, bytes, webcam->width, webcam->height))
        return damaged(report, "it does not begin as such frames do, or contradicts itself");
    if (format->bits > 0) bytes = arete_webcam_frame_bytes(format, webcam->width, webcam->height);
    report->is_turned = format->check == arete_webcam_check_pixart &&
                        arete_webcam_is_turned_pixart(scratch, webcam->width, webcam->height);
    if (!webcam->decoder) webcam->decoder = functions.v4lconvert_create_with_dev_ops(-1, 0, &device);
    if (!webcam->decoder) return ARETE_WEBCAM_FAILED;
    if (convert(webcam, report->is_turned, scratch, bytes, picture)) return ARETE_WEBCAM_OK;
    damaged(report, functions.v4lconvert_get_error_message(webcam->decoder));
    // Some let the third of three broken frames pass, so as not to tire programs of errors: each is the first.
    forget(webcam);
    return ARETE_WEBCAM_DAMAGED;
}

#else

const char *arete_webcam_absence(void) {
    return "this build reads no formats of webcams' own: install Debian's libv4l-dev and build again";
}

arete_webcam *arete_webcam_create(const arete_webcam_format *format, unsigned width, unsigned height) {
    (void)format, (void)width, (void)height;
    return 0;
}

void arete_webcam_destroy(arete_webcam *webcam) { (void)webcam; }

arete_webcam_status arete_webcam_decode(arete_webcam *webcam, const uint8_t *frame, size_t bytes, size_t stride,
                                        uint8_t *scratch, uint8_t *picture, arete_webcam_report *report) {
    (void)webcam, (void)frame, (void)bytes, (void)stride, (void)scratch, (void)picture, (void)report;
    return ARETE_WEBCAM_ABSENT;
}
#endif
