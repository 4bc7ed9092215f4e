// libv4lconvert, brought in when it is needed: few machines have a camera that wants it.
#pragma once
#if __has_include(<libv4lconvert.h>) && __has_include(<libv4l-plugin.h>)
#define ARETE_HAS_LIBV4LCONVERT 1
#include <libv4l-plugin.h>
#include <libv4lconvert.h>

#define ARETE_V4LCONVERT(X)                                                                                            \
    X(v4lconvert_convert) X(v4lconvert_create_with_dev_ops) X(v4lconvert_destroy) X(v4lconvert_get_error_message)

/// The functions under their own names.
typedef struct {
#define ARETE_MEMBER(name) __typeof__(name) *name;
    ARETE_V4LCONVERT(ARETE_MEMBER)
#undef ARETE_MEMBER
} arete_v4lconvert;

/// Null where the library is not on this machine.
const arete_v4lconvert *arete_v4lconvert_loaded(void);
#endif
