// Functions of a library that is brought in when it is needed.
#pragma once
#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>

#define ARETE_MEMBER(name) __typeof__(name) *name;
#define ARETE_LOAD(name)                                                                                               \
    functions.name = (__typeof__(functions.name))(library ? dlsym(library, #name) : 0);                                \
    is_complete = is_complete && functions.name;

/// Defines `functions`, a structure of what `LIST` names, and `is_loaded`, whether `file` is there with all of them.
#define ARETE_FUNCTIONS(file, LIST)                                                                                    \
    static struct { LIST(ARETE_MEMBER) } functions;                                                                    \
    static bool is_complete;                                                                                           \
    static void load(void) {                                                                                           \
        void *const library = dlopen(file, RTLD_NOW | RTLD_LOCAL);                                                     \
        is_complete = library != 0;                                                                                    \
        LIST(ARETE_LOAD)                                                                                               \
    }                                                                                                                  \
    static bool is_loaded(void) {                                                                                      \
        static pthread_once_t once = PTHREAD_ONCE_INIT;                                                                \
        pthread_once(&once, load);                                                                                     \
        return is_complete;                                                                                            \
    }
