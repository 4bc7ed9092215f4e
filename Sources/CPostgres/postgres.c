#include "arete_functions.h"
#include "arete_postgres.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIBRARY "libpq.so.5"

// What libpq's headers say (Debian's libpq5; PostgreSQL 15 documentation, chapter 34).
typedef struct pg_conn PGconn;
typedef struct pg_result PGresult;
typedef struct {
    char *keyword, *envvar, *compiled, *val, *label, *dispchar;
    int dispsize;
} PQconninfoOption;
enum { CONNECTION_OK = 0 };
enum { PGRES_COMMAND_OK = 1, PGRES_TUPLES_OK = 2 };
enum { PG_DIAG_SQLSTATE = 'C' };

PQconninfoOption *PQconninfoParse(const char *, char **);
void PQconninfoFree(PQconninfoOption *);
void PQfreemem(void *);
PGconn *PQconnectdbParams(const char *const *, const char *const *, int);
int PQstatus(const PGconn *);
char *PQerrorMessage(const PGconn *);
void PQfinish(PGconn *);
PGresult *PQprepare(PGconn *, const char *, const char *, int, const unsigned *);
PGresult *PQexecPrepared(PGconn *, const char *, int, const char *const *, const int *, const int *, int);
PGresult *PQexec(PGconn *, const char *);
int PQresultStatus(const PGresult *);
char *PQresultErrorField(const PGresult *, int);
int PQntuples(const PGresult *);
char *PQcmdTuples(PGresult *);
int PQgetisnull(const PGresult *, int, int);
char *PQgetvalue(const PGresult *, int, int);
int PQgetlength(const PGresult *, int, int);
void PQclear(PGresult *);
typedef void (*PQnoticeProcessor)(void *, const char *);
PQnoticeProcessor PQsetNoticeProcessor(PGconn *, PQnoticeProcessor, void *);

#define FUNCTIONS(X)                                                                                                   \
    X(PQclear)                                                                                                         \
    X(PQcmdTuples)                                                                                                     \
    X(PQconnectdbParams)                                                                                               \
    X(PQconninfoFree)                                                                                                  \
    X(PQconninfoParse)                                                                                                 \
    X(PQerrorMessage)                                                                                                  \
    X(PQexec)                                                                                                          \
    X(PQexecPrepared)                                                                                                  \
    X(PQfinish)                                                                                                        \
    X(PQfreemem)                                                                                                       \
    X(PQgetisnull)                                                                                                     \
    X(PQgetlength)                                                                                                     \
    X(PQgetvalue)                                                                                                      \
    X(PQntuples)                                                                                                       \
    X(PQprepare) X(PQresultErrorField) X(PQresultStatus) X(PQsetNoticeProcessor) X(PQstatus)

ARETE_FUNCTIONS(LIBRARY, FUNCTIONS)

const char *arete_postgres_absence(void) {
    return is_loaded() ? 0 : LIBRARY " is not on this machine: install Debian's libpq5";
}

struct arete_postgres {
    PGconn *connection;
    char state[6];
};

struct arete_postgres_result {
    PGresult *result;
};

bool arete_postgres_read(const char *text, arete_postgres_place *place, char *error, size_t error_size) {
    char *words = 0;
    PQconninfoOption *const options = functions.PQconninfoParse(text, &words);
    *place = (arete_postgres_place){0};
    if (!options) {
        snprintf(error, error_size, "%s", words ? words : "no memory");
        if (words) functions.PQfreemem(words);
        return false;
    }
    const char *hosts = "", *addresses = "";
    for (const PQconninfoOption *option = options; option->keyword; option++) {
        if (!option->val) continue;
        if (!strcmp(option->keyword, "password")) place->has_password = true;
        if (!strcmp(option->keyword, "host")) hosts = option->val;
        if (!strcmp(option->keyword, "hostaddr")) addresses = option->val;
    }
    // Where there are addresses, hosts are names alone; empty ones are none.
    const int count = snprintf(place->hosts, sizeof place->hosts, "%s", *addresses ? addresses : hosts);
    functions.PQconninfoFree(options);
    if (count >= 0 && (size_t)count < sizeof place->hosts) return true;
    snprintf(error, error_size, "the place names too many hosts");
    return false;
}

// The library prints notices otherwise.
static void ignore(void *context, const char *text) { (void)context, (void)text; }

arete_postgres *arete_postgres_connect(const char *text, int seconds, bool must_verify) {
    arete_postgres *const made = calloc(1, sizeof *made);
    if (!made) return 0;
    char timeout[12], silence[16];
    snprintf(timeout, sizeof timeout, "%d", seconds);
    // A server that is gone without a word is told of in this time, too.
    snprintf(silence, sizeof silence, "%d", seconds * 1000);
    // What the place says counts more than what stands before it.
    const char *const names[] = {"sslmode",          "dbname", "connect_timeout", "tcp_user_timeout", "keepalives_idle",
                                 "application_name", 0};
    const char *const values[] = {must_verify ? "verify-full" : "prefer", text, timeout, silence, timeout, "arete", 0};
    made->connection = functions.PQconnectdbParams(names, values, 1);
    if (made->connection) functions.PQsetNoticeProcessor(made->connection, ignore, 0);
    return made;
}

bool arete_postgres_is_connected(const arete_postgres *connection) {
    return connection->connection && functions.PQstatus(connection->connection) == CONNECTION_OK;
}

const char *arete_postgres_error(const arete_postgres *connection) {
    return connection->connection ? functions.PQerrorMessage(connection->connection) : "no memory";
}

const char *arete_postgres_state(const arete_postgres *connection) { return connection->state; }

void arete_postgres_close(arete_postgres *connection) {
    if (connection->connection) functions.PQfinish(connection->connection);
    free(connection);
}

// Whether a statement did what it should.
static bool keep_state(arete_postgres *connection, const PGresult *result) {
    const int status = functions.PQresultStatus(result);
    const char *const state = result ? functions.PQresultErrorField(result, PG_DIAG_SQLSTATE) : 0;
    snprintf(connection->state, sizeof connection->state, "%s", state ? state : "");
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

bool arete_postgres_prepare(arete_postgres *connection, const char *name, const char *sql) {
    PGresult *const result = functions.PQprepare(connection->connection, name, sql, 0, 0);
    const bool is_done = keep_state(connection, result);
    functions.PQclear(result);
    return is_done;
}

arete_postgres_result *arete_postgres_run(arete_postgres *connection, const char *name,
                                          const arete_postgres_value *values, int count) {
    enum { MOST_VALUES = 32 };
    const char *bytes[MOST_VALUES];
    int counts[MOST_VALUES], forms[MOST_VALUES];
    if (count > MOST_VALUES) return 0;
    for (int n = 0; n < count; n++) {
        bytes[n] = values[n].bytes;
        counts[n] = values[n].count;
        forms[n] = values[n].is_binary;
    }
    PGresult *const result = functions.PQexecPrepared(connection->connection, name, count, bytes, counts, forms, 1);
    arete_postgres_result *const made = keep_state(connection, result) ? malloc(sizeof *made) : 0;
    if (!made) {
        functions.PQclear(result);
        return 0;
    }
    made->result = result;
    return made;
}

bool arete_postgres_exec(arete_postgres *connection, const char *sql) {
    PGresult *const result = functions.PQexec(connection->connection, sql);
    const bool is_done = keep_state(connection, result);
    functions.PQclear(result);
    return is_done;
}

int arete_postgres_rows(const arete_postgres_result *result) { return functions.PQntuples(result->result); }
int arete_postgres_changes(const arete_postgres_result *result) { return atoi(functions.PQcmdTuples(result->result)); }
bool arete_postgres_is_null(const arete_postgres_result *result, int row, int column) {
    return functions.PQgetisnull(result->result, row, column);
}
const void *arete_postgres_bytes(const arete_postgres_result *result, int row, int column, int *count) {
    *count = functions.PQgetlength(result->result, row, column);
    return functions.PQgetvalue(result->result, row, column);
}
void arete_postgres_free(arete_postgres_result *result) {
    functions.PQclear(result->result);
    free(result);
}
