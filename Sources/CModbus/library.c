// Brings libmodbus in, once.
#include "library.h"

#ifdef ARETE_HAS_MODBUS
#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>

static arete_libmodbus functions;
static bool is_complete;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    void *const library = dlopen(ARETE_MODBUS_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    is_complete = library != 0;
#define ARETE_FUNCTION(name)                                                                                           \
    functions.name = (__typeof__(functions.name))(library ? dlsym(library, #name) : 0);                                \
    is_complete = is_complete && functions.name;
    ARETE_MODBUS(ARETE_FUNCTION)
}

const arete_libmodbus *arete_libmodbus_loaded(void) {
    pthread_once(&once, load);
    return is_complete ? &functions : 0;
}
#endif
