// SQLite, which is brought in when the first database is opened: programs that keep nothing start without it.
#pragma once
#include <sqlite3.h>
#include <stdint.h>

/// Why there are no databases; null where there are.
const char *arete_sqlite_absence(void);

/// As their namesakes; to be called where there are databases. What is bound is copied.
int arete_sqlite_open(const char *path, sqlite3 **database, int flags);
int arete_sqlite_close(sqlite3 *database);
int arete_sqlite_exec(sqlite3 *database, const char *sql);
int arete_sqlite_prepare(sqlite3 *database, const char *sql, sqlite3_stmt **statement);
int arete_sqlite_step(sqlite3_stmt *statement);
int arete_sqlite_finalize(sqlite3_stmt *statement);
/// Ready to run again, with nothing bound.
void arete_sqlite_reset(sqlite3_stmt *statement);
int arete_sqlite_errcode(sqlite3 *database);
const char *arete_sqlite_errmsg(sqlite3 *database);
/// Rows that the last statement changed.
int arete_sqlite_changes(sqlite3 *database);
int arete_sqlite_get_autocommit(sqlite3 *database);
int arete_sqlite_bind_null(sqlite3_stmt *statement, int place);
int arete_sqlite_bind_int64(sqlite3_stmt *statement, int place, int64_t value);
int arete_sqlite_bind_double(sqlite3_stmt *statement, int place, double value);
int arete_sqlite_bind_text(sqlite3_stmt *statement, int place, const char *text);
int arete_sqlite_bind_blob(sqlite3_stmt *statement, int place, const void *bytes, int count);
int arete_sqlite_column_type(sqlite3_stmt *statement, int column);
int64_t arete_sqlite_column_int64(sqlite3_stmt *statement, int column);
double arete_sqlite_column_double(sqlite3_stmt *statement, int column);
const unsigned char *arete_sqlite_column_text(sqlite3_stmt *statement, int column);
const void *arete_sqlite_column_blob(sqlite3_stmt *statement, int column);
int arete_sqlite_column_bytes(sqlite3_stmt *statement, int column);
