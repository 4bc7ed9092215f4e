#include "arete_functions.h"
#include "arete_sqlite.h"

#define LIBRARY "libsqlite3.so.0"

#define FUNCTIONS(X)                                                                                                   \
    X(sqlite3_bind_blob)                                                                                               \
    X(sqlite3_bind_double)                                                                                             \
    X(sqlite3_bind_int64)                                                                                              \
    X(sqlite3_bind_null)                                                                                               \
    X(sqlite3_bind_text)                                                                                               \
    X(sqlite3_busy_timeout)                                                                                            \
    X(sqlite3_changes)                                                                                                 \
    X(sqlite3_clear_bindings)                                                                                          \
    X(sqlite3_close_v2)                                                                                                \
    X(sqlite3_column_blob)                                                                                             \
    X(sqlite3_column_bytes)                                                                                            \
    X(sqlite3_column_double)                                                                                           \
    X(sqlite3_column_int64)                                                                                            \
    X(sqlite3_column_text)                                                                                             \
    X(sqlite3_column_type)                                                                                             \
    X(sqlite3_errcode)                                                                                                 \
    X(sqlite3_errmsg)                                                                                                  \
    X(sqlite3_exec)                                                                                                    \
    X(sqlite3_extended_result_codes)                                                                                   \
    X(sqlite3_finalize)                                                                                                \
    X(sqlite3_get_autocommit) X(sqlite3_open_v2) X(sqlite3_prepare_v2) X(sqlite3_reset) X(sqlite3_step)

ARETE_FUNCTIONS(LIBRARY, FUNCTIONS)

const char *arete_sqlite_absence(void) {
    return is_loaded() ? 0 : LIBRARY " is not on this machine: install Debian's libsqlite3-0";
}

/// Milliseconds: another process that reads or checks may hold a database for a moment.
enum { PATIENCE = 2000 };

int arete_sqlite_open(const char *path, sqlite3 **database, int flags) {
    const int status = functions.sqlite3_open_v2(path, database, flags, 0);
    if (*database) {
        functions.sqlite3_extended_result_codes(*database, 1);
        functions.sqlite3_busy_timeout(*database, PATIENCE);
    }
    return status;
}

int arete_sqlite_close(sqlite3 *database) { return functions.sqlite3_close_v2(database); }
int arete_sqlite_exec(sqlite3 *database, const char *sql) { return functions.sqlite3_exec(database, sql, 0, 0, 0); }
int arete_sqlite_prepare(sqlite3 *database, const char *sql, sqlite3_stmt **statement) {
    return functions.sqlite3_prepare_v2(database, sql, -1, statement, 0);
}
int arete_sqlite_step(sqlite3_stmt *statement) { return functions.sqlite3_step(statement); }
int arete_sqlite_finalize(sqlite3_stmt *statement) { return functions.sqlite3_finalize(statement); }
void arete_sqlite_reset(sqlite3_stmt *statement) {
    functions.sqlite3_reset(statement);
    functions.sqlite3_clear_bindings(statement);
}
int arete_sqlite_errcode(sqlite3 *database) { return functions.sqlite3_errcode(database); }
const char *arete_sqlite_errmsg(sqlite3 *database) { return functions.sqlite3_errmsg(database); }
int arete_sqlite_changes(sqlite3 *database) { return functions.sqlite3_changes(database); }
int arete_sqlite_get_autocommit(sqlite3 *database) { return functions.sqlite3_get_autocommit(database); }
int arete_sqlite_bind_null(sqlite3_stmt *statement, int place) { return functions.sqlite3_bind_null(statement, place); }
int arete_sqlite_bind_int64(sqlite3_stmt *statement, int place, int64_t value) {
    return functions.sqlite3_bind_int64(statement, place, value);
}
int arete_sqlite_bind_double(sqlite3_stmt *statement, int place, double value) {
    return functions.sqlite3_bind_double(statement, place, value);
}
int arete_sqlite_bind_text(sqlite3_stmt *statement, int place, const char *text) {
    return functions.sqlite3_bind_text(statement, place, text, -1, SQLITE_TRANSIENT);
}
int arete_sqlite_bind_blob(sqlite3_stmt *statement, int place, const void *bytes, int count) {
    return functions.sqlite3_bind_blob(statement, place, bytes, count, SQLITE_TRANSIENT);
}
int arete_sqlite_column_type(sqlite3_stmt *statement, int column) {
    return functions.sqlite3_column_type(statement, column);
}
int64_t arete_sqlite_column_int64(sqlite3_stmt *statement, int column) {
    return functions.sqlite3_column_int64(statement, column);
}
double arete_sqlite_column_double(sqlite3_stmt *statement, int column) {
    return functions.sqlite3_column_double(statement, column);
}
const unsigned char *arete_sqlite_column_text(sqlite3_stmt *statement, int column) {
    return functions.sqlite3_column_text(statement, column);
}
const void *arete_sqlite_column_blob(sqlite3_stmt *statement, int column) {
    return functions.sqlite3_column_blob(statement, column);
}
int arete_sqlite_column_bytes(sqlite3_stmt *statement, int column) {
    return functions.sqlite3_column_bytes(statement, column);
}
