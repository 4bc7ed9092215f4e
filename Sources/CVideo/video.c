// Opens, reads and decodes one video.
#include "arete_video.h"
#include "library.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef ARETE_HAS_LIBAV
#include <stdatomic.h>
#include <time.h>

struct arete_video {
    const arete_libav *av;
    char *address;
    bool is_stream;
    int patience;
    atomic_bool is_stopped;
    int64_t deadline; // of the call under way, in milliseconds of the monotonic clock
    AVFormatContext *format;
    AVCodecContext *codec;
    AVPacket *packet;
    int stream;
    int64_t first; // the time of the first picture, in the stream's units
    bool has_first;
    bool is_drained; // the file has no more packets
};

// What is read, whatever an address or a file's content would have the libraries open.
#define FILE_PROTOCOLS "file"
#define FILE_FORMATS                                                                                                   \
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,m4v,h264,hevc,flv,ogg,asf,ivf,mjpeg"
#define STREAM_PROTOCOLS "rtsp,rtsps,rtp,srtp,udp,tcp,tls,crypto"
#define STREAM_FORMATS "rtsp,rtp,sdp"
#define CODECS "h264,hevc,mjpeg,mpeg4,mpeg1video,mpeg2video,vp8,vp9,av1,libdav1d"

// As of every picture that is read here.
#define MOST_PIXELS "100000000"

static int64_t milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// Asked by the libraries while they wait, ten times a second and more.
static int is_over(void *context) {
    arete_video *video = context;
    return atomic_load(&video->is_stopped) || milliseconds() > video->deadline;
}

static void begin(arete_video *video) { video->deadline = milliseconds() + video->patience; }

static arete_video_status refuse(arete_video_error *error, const char *reason, const char *what) {
    snprintf(error->message, sizeof error->message, reason, what);
    return ARETE_VIDEO_FAILED;
}

static arete_video_status fail(arete_video *video, int code, arete_video_error *error) {
    if (code == AVERROR_EXIT || is_over(video)) {
        snprintf(error->message, sizeof error->message, "no answer within %d ms", video->patience);
        return ARETE_VIDEO_OVERDUE;
    }
    // Of a file that is the end and no failure.
    if (code == AVERROR_EOF) return refuse(error, "%s", "the server ended the stream");
    if (video->av->av_strerror(code, error->message, sizeof error->message) < 0)
        snprintf(error->message, sizeof error->message, "error %d", code);
    return ARETE_VIDEO_FAILED;
}

arete_video *arete_video_create(const char *address, bool is_stream, int patience) {
    arete_video *video = calloc(1, sizeof *video);
    // A path with a colon must not be taken for a protocol.
    const char *const protocol = is_stream ? "" : "file:";
    const size_t length = strlen(protocol) + strlen(address) + 1;
    char *whole = malloc(length);
    if (!video || !whole) {
        free(video);
        free(whole);
        return 0;
    }
    snprintf(whole, length, "%s%s", protocol, address);
    video->address = whole;
    video->is_stream = is_stream;
    video->patience = patience;
    return video;
}

static void limit(const arete_libav *av, AVDictionary **options) {
    av->av_dict_set(options, "max_pixels", MOST_PIXELS, 0);
    av->av_dict_set(options, "codec_whitelist", CODECS, 0);
}

// Looks what the streams hold, with decoders that keep to our limits.
static int find_streams(arete_video *video) {
    const arete_libav *av = video->av;
    const unsigned count = video->format->nb_streams;
    AVDictionary **options = calloc(count + 1, sizeof *options);
    if (!options) return AVERROR(ENOMEM);
    for (unsigned i = 0; i < count; i++) limit(av, &options[i]);
    const int code = av->avformat_find_stream_info(video->format, options);
    for (unsigned i = 0; i < count; i++) av->av_dict_free(&options[i]);
    free(options);
    return code;
}

static int open_input(arete_video *video) {
    const arete_libav *av = video->av;
    video->format = av->avformat_alloc_context();
    if (!video->format) return AVERROR(ENOMEM);
    video->format->interrupt_callback = (AVIOInterruptCB){is_over, video};
    AVDictionary *options = 0;
    av->av_dict_set(&options, "protocol_whitelist", video->is_stream ? STREAM_PROTOCOLS : FILE_PROTOCOLS, 0);
    av->av_dict_set(&options, "format_whitelist", video->is_stream ? STREAM_FORMATS : FILE_FORMATS, 0);
    av->av_dict_set(&options, "codec_whitelist", CODECS, 0);
    if (video->is_stream) {
        // One connection through every wall, in which nothing is lost on the way.
        av->av_dict_set(&options, "rtsp_transport", "tcp", 0);
        av->av_dict_set(&options, "allowed_media_types", "video", 0);
    }
    // Frees the context where it fails.
    const int code = av->avformat_open_input(&video->format, video->address, 0, &options);
    av->av_dict_free(&options);
    return code < 0 ? code : find_streams(video);
}

static int open_codec(arete_video *video, const AVCodec *codec) {
    const arete_libav *av = video->av;
    const AVStream *stream = video->format->streams[video->stream];
    video->codec = av->avcodec_alloc_context3(codec);
    video->packet = av->av_packet_alloc();
    if (!video->codec || !video->packet) return AVERROR(ENOMEM);
    int code = av->avcodec_parameters_to_context(video->codec, stream->codecpar);
    if (code < 0) return code;
    video->codec->pkt_timebase = stream->time_base;
    // Threads that decode several pictures at once would keep each back for as many pictures.
    video->codec->thread_count = 1;
    if (video->is_stream) video->codec->flags |= AV_CODEC_FLAG_LOW_DELAY;
    AVDictionary *options = 0;
    limit(av, &options);
    code = av->avcodec_open2(video->codec, codec, &options);
    av->av_dict_free(&options);
    return code;
}

static const arete_libav *libraries(arete_video_error *error) {
    const char *missing;
    const arete_libav *const av = arete_libav_loaded(&missing);
    if (!av)
        snprintf(error->message, sizeof error->message,
                 "%s, with which this program was built, is not on this machine; install its package, or build again",
                 missing);
    return av;
}

arete_video_status arete_video_check(arete_video_error *error) {
    return libraries(error) ? ARETE_VIDEO_OK : ARETE_VIDEO_ABSENT;
}

arete_video_status arete_video_open(arete_video *video, arete_video_error *error) {
    video->av = libraries(error);
    if (!video->av) return ARETE_VIDEO_ABSENT;
    begin(video);
    int code = open_input(video);
    if (code < 0) return fail(video, code, error);
    const AVCodec *codec = 0;
    video->stream = video->av->av_find_best_stream(video->format, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
    if (video->stream == AVERROR_DECODER_NOT_FOUND || (video->stream >= 0 && !codec))
        return refuse(error, "its video is coded in a way that %s here", "nothing decodes");
    if (video->stream < 0) return refuse(error, "it has no %s", "video");
    code = open_codec(video, codec);
    return code < 0 ? fail(video, code, error) : ARETE_VIDEO_OK;
}

static bool lay_out(const AVFrame *frame, arete_video_frame *out) {
    switch (frame->format) {
    case AV_PIX_FMT_GRAY8:
        out->layout = ARETE_VIDEO_GREY;
        return true;
    case AV_PIX_FMT_RGB24:
        out->layout = ARETE_VIDEO_RGB;
        return true;
    case AV_PIX_FMT_NV12:
        out->layout = ARETE_VIDEO_NV12;
        return true;
    case AV_PIX_FMT_YUV420P:
    case AV_PIX_FMT_YUVJ420P:
        out->layout = ARETE_VIDEO_YUV420;
        return true;
    case AV_PIX_FMT_YUV422P:
    case AV_PIX_FMT_YUVJ422P:
        out->layout = ARETE_VIDEO_YUV422;
        return true;
    case AV_PIX_FMT_YUV444P:
    case AV_PIX_FMT_YUVJ444P:
        out->layout = ARETE_VIDEO_YUV444;
        return true;
    default:
        return false;
    }
}

// The bytes of a row and the rows of plane `p`, by whole and half.
static void measure(const arete_video_frame *out, int p, size_t *row, size_t *rows) {
    const bool is_chroma = p > 0;
    const size_t across = (out->width + 1) / 2, down = (out->height + 1) / 2;
    *row = out->layout == ARETE_VIDEO_RGB ? 3 * (size_t)out->width : out->width;
    *rows = out->height;
    if (!is_chroma) return;
    if (out->layout == ARETE_VIDEO_NV12) *row = 2 * across;
    if (out->layout == ARETE_VIDEO_YUV420 || out->layout == ARETE_VIDEO_YUV422) *row = across;
    if (out->layout == ARETE_VIDEO_NV12 || out->layout == ARETE_VIDEO_YUV420) *rows = down;
}

static void colours(const AVFrame *frame, arete_video_frame *out) {
    switch (frame->colorspace) {
    case AVCOL_SPC_BT709:
        out->matrix = ARETE_VIDEO_BT709;
        break;
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL:
        out->matrix = ARETE_VIDEO_BT2020;
        break;
    case AVCOL_SPC_UNSPECIFIED: // as players guess
        out->matrix = frame->width >= 1280 || frame->height > 576 ? ARETE_VIDEO_BT709 : ARETE_VIDEO_BT601;
        break;
    default:
        out->matrix = ARETE_VIDEO_BT601;
    }
    const bool is_jpeg = frame->format == AV_PIX_FMT_YUVJ420P || frame->format == AV_PIX_FMT_YUVJ422P ||
                         frame->format == AV_PIX_FMT_YUVJ444P;
    if (is_jpeg) out->matrix = ARETE_VIDEO_BT601;
    out->is_full_range = is_jpeg || frame->color_range == AVCOL_RANGE_JPEG;
}

static arete_video_status describe(arete_video *video, AVFrame *frame, arete_video_frame *out,
                                   arete_video_error *error) {
    memset(out, 0, sizeof *out);
    if (!lay_out(frame, out)) {
        const char *name = video->av->av_get_pix_fmt_name((enum AVPixelFormat)frame->format);
        return refuse(error, "its pictures lie as %s, which is not read here", name ? name : "nobody knows");
    }
    out->owner = frame;
    out->width = (uint32_t)frame->width;
    out->height = (uint32_t)frame->height;
    const int planes = out->layout == ARETE_VIDEO_GREY || out->layout == ARETE_VIDEO_RGB ? 1
                       : out->layout == ARETE_VIDEO_NV12                                 ? 2
                                                                                         : 3;
    for (int p = 0; p < planes; p++) {
        size_t row, rows;
        measure(out, p, &row, &rows);
        if (!frame->data[p] || frame->linesize[p] < 0 || (size_t)frame->linesize[p] < row)
            return refuse(error, "%s", "its pictures stand upside down, which is not read here");
        out->planes[p] = frame->data[p];
        out->strides[p] = (size_t)frame->linesize[p];
        out->bytes[p] = out->strides[p] * (rows - 1) + row;
    }
    colours(frame, out);
    out->is_damaged = frame->decode_error_flags != 0 || (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0;
    const int64_t stamp = frame->best_effort_timestamp;
    if (stamp != AV_NOPTS_VALUE) {
        if (!video->has_first) video->first = stamp;
        video->has_first = true;
        const AVRational unit = video->format->streams[video->stream]->time_base;
        const double seconds = ((double)stamp - (double)video->first) * unit.num / (unit.den ? unit.den : 1);
        out->has_time = seconds >= 0 && seconds < 1e9;
        if (out->has_time) out->time = (int64_t)(seconds * 1e9);
    }
    return ARETE_VIDEO_OK;
}

// Gives the decoder the next packet of the video, or, at the end, word of it.
static int feed(arete_video *video) {
    const arete_libav *av = video->av;
    const int code = av->av_read_frame(video->format, video->packet);
    if (code == AVERROR_EOF && !video->is_stream && !video->is_drained) {
        video->is_drained = true;
        return av->avcodec_send_packet(video->codec, 0);
    }
    if (code < 0) return code;
    const bool is_ours = video->packet->stream_index == video->stream;
    const int sent = is_ours ? av->avcodec_send_packet(video->codec, video->packet) : 0;
    av->av_packet_unref(video->packet);
    // A packet that makes no sense is passed over: the next may.
    return sent == AVERROR(ENOMEM) ? sent : 0;
}

arete_video_status arete_video_next(arete_video *video, arete_video_frame *out, arete_video_error *error) {
    const arete_libav *av = video->av;
    begin(video);
    AVFrame *frame = av->av_frame_alloc();
    if (!frame) return refuse(error, "%s", "no memory");
    arete_video_status status = ARETE_VIDEO_OVERDUE;
    int code = AVERROR_EXIT;
    while (!is_over(video)) {
        code = av->avcodec_receive_frame(video->codec, frame);
        if (code == 0) {
            status = describe(video, frame, out, error);
            if (status != ARETE_VIDEO_OK) av->av_frame_free(&frame);
            return status;
        }
        if (code == AVERROR_EOF) break;
        // What the decoder cannot make sense of is passed over; it asks for more.
        code = feed(video);
        if (code < 0) break;
    }
    av->av_frame_free(&frame);
    return code == AVERROR_EOF && !video->is_stream ? ARETE_VIDEO_END : fail(video, code, error);
}

void arete_video_stop(arete_video *video) { atomic_store(&video->is_stopped, true); }

void arete_video_release(void *owner) {
    const char *missing;
    AVFrame *frame = owner;
    const arete_libav *av = arete_libav_loaded(&missing);
    if (av) av->av_frame_free(&frame);
}

void arete_video_close(arete_video *video) {
    if (video->av) {
        // Saying goodbye to a server may wait, too.
        begin(video);
        video->av->av_packet_free(&video->packet);
        video->av->avcodec_free_context(&video->codec);
        video->av->avformat_close_input(&video->format);
    }
    free(video->address);
    free(video);
}
#else
struct arete_video {
    int unused;
};

arete_video *arete_video_create(const char *address, bool is_stream, int patience) {
    (void)address, (void)is_stream, (void)patience;
    return calloc(1, sizeof(arete_video));
}

arete_video_status arete_video_check(arete_video_error *error) {
    snprintf(error->message, sizeof error->message,
             "this build has no libav; install libavformat-dev, libavcodec-dev and libavutil-dev "
             "('scripts/setup.sh video') and build again");
    return ARETE_VIDEO_ABSENT;
}

arete_video_status arete_video_open(arete_video *video, arete_video_error *error) {
    (void)video;
    return arete_video_check(error);
}

arete_video_status arete_video_next(arete_video *video, arete_video_frame *frame, arete_video_error *error) {
    (void)video, (void)frame;
    return arete_video_check(error);
}

void arete_video_stop(arete_video *video) { (void)video; }
void arete_video_release(void *owner) { (void)owner; }
void arete_video_close(arete_video *video) { free(video); }
#endif
