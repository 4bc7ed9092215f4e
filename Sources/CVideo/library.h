// FFmpeg's libraries, brought in when they are needed: linked, they and the 130 libraries they stand on would be read
// at every start, for up to 0.4 s.
#pragma once
#if __has_include(<libavcodec/avcodec.h>) && __has_include(<libavformat/avformat.h>)
#define ARETE_HAS_LIBAV 1
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/pixdesc.h>

#define ARETE_AVUTIL(X)                                                                                                \
    X(av_dict_free)                                                                                                    \
    X(av_dict_set) X(av_frame_alloc) X(av_frame_free) X(av_get_pix_fmt_name) X(av_log_set_level) X(av_strerror)
#define ARETE_AVCODEC(X)                                                                                               \
    X(av_packet_alloc)                                                                                                 \
    X(av_packet_free)                                                                                                  \
    X(av_packet_unref)                                                                                                 \
    X(avcodec_alloc_context3)                                                                                          \
    X(avcodec_free_context)                                                                                            \
    X(avcodec_open2) X(avcodec_parameters_to_context) X(avcodec_receive_frame) X(avcodec_send_packet)
#define ARETE_AVFORMAT(X)                                                                                              \
    X(av_find_best_stream)                                                                                             \
    X(av_read_frame)                                                                                                   \
    X(avformat_alloc_context)                                                                                          \
    X(avformat_close_input) X(avformat_find_stream_info) X(avformat_network_init) X(avformat_open_input)

/// The functions under their own names.
typedef struct {
#define ARETE_MEMBER(name) __typeof__(name) *name;
    ARETE_AVUTIL(ARETE_MEMBER) ARETE_AVCODEC(ARETE_MEMBER) ARETE_AVFORMAT(ARETE_MEMBER)
#undef ARETE_MEMBER
} arete_libav;

/// The libraries of the version whose headers this was built with; null, and in `missing` the name of one, where they
/// are not there.
const arete_libav *arete_libav_loaded(const char **missing);
#endif
