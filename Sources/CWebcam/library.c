// Brings libv4lconvert in, once.
#include "library.h"
#include "arete_webcam.h"

#ifdef ARETE_HAS_LIBV4LCONVERT
#include <dlfcn.h>
#include <pthread.h>

#define LIBRARY "libv4lconvert.so.0"

static arete_v4lconvert functions;
static bool is_complete;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    void *const library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    is_complete = library != 0;
#define LOAD(name)                                                                                                     \
    functions.name = (__typeof__(functions.name))(library ? dlsym(library, #name) : 0);                                \
    is_complete = is_complete && functions.name;
    ARETE_V4LCONVERT(LOAD)
}

const arete_v4lconvert *arete_v4lconvert_loaded(void) {
    pthread_once(&once, load);
    return is_complete ? &functions : 0;
}

const char *arete_webcam_absence(void) {
    return arete_v4lconvert_loaded() ? 0 : LIBRARY " is not on this machine: install Debian's libv4lconvert0";
}

#else

const char *arete_webcam_absence(void) {
    return "this build reads no formats of webcams' own: install Debian's libv4l-dev and build again";
}
#endif
