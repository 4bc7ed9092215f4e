// What Swift sees of the system library SQLite.
#pragma once
#include <sqlite3.h>

// Swift does not see macros that are casts: the library copies what it is given.
static inline sqlite3_destructor_type arete_sqlite_copies(void) { return SQLITE_TRANSIENT; }
