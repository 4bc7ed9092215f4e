// Brings FFmpeg's libraries in, once.
#include "library.h"

#ifdef ARETE_HAS_LIBAV
#include <dlfcn.h>
#include <pthread.h>

static arete_libav functions;
static const char *absent;
static pthread_once_t once = PTHREAD_ONCE_INIT;

#define ARETE_TEXT(x) #x
#define ARETE_SONAME(name, major) "lib" name ".so." ARETE_TEXT(major)

static void *library(const char *name) {
    void *handle = absent ? 0 : dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (!handle && !absent) absent = name;
    return handle;
}

static void *function(void *handle, const char *library, const char *name) {
    void *found = handle ? dlsym(handle, name) : 0;
    if (!found && !absent) absent = library;
    return found;
}

static void load(void) {
    const char *const util = ARETE_SONAME("avutil", LIBAVUTIL_VERSION_MAJOR);
    const char *const codec = ARETE_SONAME("avcodec", LIBAVCODEC_VERSION_MAJOR);
    const char *const format = ARETE_SONAME("avformat", LIBAVFORMAT_VERSION_MAJOR);
    void *const handles[] = {library(util), library(codec), library(format)};
#define ARETE_UTIL(name) functions.name = (__typeof__(functions.name))function(handles[0], util, #name);
    ARETE_AVUTIL(ARETE_UTIL)
#define ARETE_CODEC(name) functions.name = (__typeof__(functions.name))function(handles[1], codec, #name);
    ARETE_AVCODEC(ARETE_CODEC)
#define ARETE_FORMAT(name) functions.name = (__typeof__(functions.name))function(handles[2], format, #name);
    ARETE_AVFORMAT(ARETE_FORMAT)
    if (absent) return;
    functions.av_log_set_level(AV_LOG_QUIET);
    functions.avformat_network_init();
}

const arete_libav *arete_libav_loaded(const char **missing) {
    pthread_once(&once, load);
    *missing = absent;
    return absent ? 0 : &functions;
}
#endif
