// PostgreSQL's client library, which is brought in when the first connection is made.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Why there are no connections; null where there are.
const char *arete_postgres_absence(void);

typedef struct arete_postgres arete_postgres;
typedef struct arete_postgres_result arete_postgres_result;

/// What a place says (a URI of libpq's).
typedef struct {
    bool has_password;
    char hosts[1024]; ///< where to connect to, with commas between several; empty where it names none
} arete_postgres_place;

/// Whether a place can be read; if not, `error` has a line, which may be cut off.
bool arete_postgres_read(const char *text, arete_postgres_place *place, char *error, size_t error_size);

/// Connects, or tries to for as long as `seconds`. Null without memory alone; `arete_postgres_is_connected` says
/// whether it worked. `must_verify`: encrypted, and the server's certificate and name are verified, where the place
/// does not say otherwise. A server that says nothing for `silent_seconds` while it is asked counts as lost.
arete_postgres *arete_postgres_connect(const char *text, int seconds, int silent_seconds, bool must_verify);
bool arete_postgres_is_connected(const arete_postgres *connection);
/// Of what failed last, as the library says it: several lines.
const char *arete_postgres_error(const arete_postgres *connection);
void arete_postgres_close(arete_postgres *connection);

/// A value for a statement: text with a zero at its end, or bytes; `bytes` is null for none.
typedef struct {
    const char *bytes;
    int count;
    bool is_binary;
} arete_postgres_value;

/// Whether a statement could be read under a name.
bool arete_postgres_prepare(arete_postgres *connection, const char *name, const char *sql);
/// Runs a statement by its name. Null where it failed.
arete_postgres_result *arete_postgres_run(arete_postgres *connection, const char *name,
                                          const arete_postgres_value *values, int count);
/// Runs statements that give nothing.
bool arete_postgres_exec(arete_postgres *connection, const char *sql);
/// Five characters for what failed last; empty where the server said nothing.
const char *arete_postgres_state(const arete_postgres *connection);

int arete_postgres_rows(const arete_postgres_result *result);
/// Rows that a statement changed.
int arete_postgres_changes(const arete_postgres_result *result);
bool arete_postgres_is_null(const arete_postgres_result *result, int row, int column);
/// In the server's binary form.
const void *arete_postgres_bytes(const arete_postgres_result *result, int row, int column, int *count);
void arete_postgres_free(arete_postgres_result *result);
