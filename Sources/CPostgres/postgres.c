#include "arete_functions.h"
#include "arete_postgres.h"
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define LIBRARY "libpq.so.5"

// What libpq's headers say (Debian's libpq5; PostgreSQL 15 documentation, chapter 34).
typedef struct pg_conn PGconn;
typedef struct pg_result PGresult;
typedef struct {
    char *keyword, *envvar, *compiled, *val, *label, *dispchar;
    int dispsize;
} PQconninfoOption;
enum { CONNECTION_OK = 0 };
enum { PGRES_COMMAND_OK = 1, PGRES_TUPLES_OK = 2, PGRES_COPY_OUT = 3, PGRES_COPY_IN = 4, PGRES_COPY_BOTH = 8 };
enum { PG_DIAG_SQLSTATE = 'C' };

PQconninfoOption *PQconninfoParse(const char *, char **);
void PQconninfoFree(PQconninfoOption *);
void PQfreemem(void *);
PGconn *PQconnectdbParams(const char *const *, const char *const *, int);
int PQstatus(const PGconn *);
char *PQerrorMessage(const PGconn *);
void PQfinish(PGconn *);
int PQsocket(const PGconn *);
int PQsetnonblocking(PGconn *, int);
int PQsendPrepare(PGconn *, const char *, const char *, int, const unsigned *);
int PQsendQueryPrepared(PGconn *, const char *, int, const char *const *, const int *, const int *, int);
int PQsendQuery(PGconn *, const char *);
int PQflush(PGconn *);
int PQconsumeInput(PGconn *);
int PQisBusy(PGconn *);
PGresult *PQgetResult(PGconn *);
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
    X(PQconsumeInput)                                                                                                  \
    X(PQerrorMessage)                                                                                                  \
    X(PQfinish)                                                                                                        \
    X(PQflush)                                                                                                         \
    X(PQfreemem)                                                                                                       \
    X(PQgetisnull)                                                                                                     \
    X(PQgetlength)                                                                                                     \
    X(PQgetResult)                                                                                                     \
    X(PQgetvalue)                                                                                                      \
    X(PQisBusy)                                                                                                        \
    X(PQntuples)                                                                                                       \
    X(PQresultErrorField)                                                                                              \
    X(PQresultStatus)                                                                                                  \
    X(PQsendPrepare)                                                                                                   \
    X(PQsendQuery)                                                                                                     \
    X(PQsendQueryPrepared)                                                                                             \
    X(PQsetnonblocking)                                                                                                \
    X(PQsetNoticeProcessor) X(PQsocket) X(PQstatus)

ARETE_FUNCTIONS(LIBRARY, FUNCTIONS)

const char *arete_postgres_absence(void) {
    return is_loaded() ? 0 : LIBRARY " is not on this machine: install Debian's libpq5";
}

struct arete_postgres {
    PGconn *connection;
    char state[6];
    int silence; // milliseconds
    bool is_lost, is_silent;
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

arete_postgres *arete_postgres_connect(const char *text, int seconds, int silent_seconds, bool must_verify) {
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
    made->silence = silent_seconds * 1000;
    if (!made->connection) return made;
    functions.PQsetNoticeProcessor(made->connection, ignore, 0);
    // What is sent must not wait for a server that reads nothing.
    functions.PQsetnonblocking(made->connection, 1);
    return made;
}

bool arete_postgres_is_connected(const arete_postgres *connection) {
    return connection->connection && !connection->is_lost &&
           functions.PQstatus(connection->connection) == CONNECTION_OK;
}

const char *arete_postgres_error(const arete_postgres *connection) {
    if (connection->is_silent) return "the server is there, and says nothing";
    return connection->connection ? functions.PQerrorMessage(connection->connection) : "no memory";
}

const char *arete_postgres_state(const arete_postgres *connection) { return connection->state; }

void arete_postgres_close(arete_postgres *connection) {
    if (connection->connection) functions.PQfinish(connection->connection);
    free(connection);
}

static int64_t milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// Waits until something can be read, or written, too. False once the server was silent for too long: it is left then.
static bool wait_for(arete_postgres *connection, bool writes) {
    const int64_t end = milliseconds() + connection->silence;
    struct pollfd socket = {.fd = functions.PQsocket(connection->connection), .events = POLLIN};
    if (writes) socket.events |= POLLOUT;
    while (socket.fd >= 0) {
        const int64_t left = end - milliseconds();
        const int count = left > 0 ? poll(&socket, 1, (int)left) : 0;
        if (count > 0) return true;
        if (count < 0 && errno == EINTR) continue;
        connection->is_silent = count == 0;
        // The library says good-bye when it closes, and would wait for it.
        shutdown(socket.fd, SHUT_RDWR);
        break;
    }
    return false;
}

// Whether all was sent and an answer is there.
static bool exchange(arete_postgres *connection) {
    PGconn *const server = connection->connection;
    int left;
    // While it is written to, a server may wait until what it says is read.
    while ((left = functions.PQflush(server)) > 0)
        if (!wait_for(connection, true) || !functions.PQconsumeInput(server)) return false;
    if (left < 0) return false;
    while (functions.PQisBusy(server))
        if (!wait_for(connection, false) || !functions.PQconsumeInput(server)) return false;
    return true;
}

// The last of what a server answers to what was sent; null where there is none. What was exchanged in part is lost.
static PGresult *answer(arete_postgres *connection, bool is_sent) {
    PGresult *last = 0;
    while (is_sent) {
        connection->is_lost = !exchange(connection);
        if (connection->is_lost) break;
        PGresult *const next = functions.PQgetResult(connection->connection);
        if (!next) return last;
        functions.PQclear(last);
        last = next;
        const int status = functions.PQresultStatus(last);
        // Nobody asks for a copy here, and it would never end.
        connection->is_lost = status == PGRES_COPY_OUT || status == PGRES_COPY_IN || status == PGRES_COPY_BOTH;
        if (connection->is_lost) break;
    }
    functions.PQclear(last);
    return 0;
}

// Whether a statement did what it should.
static bool keep_state(arete_postgres *connection, const PGresult *result) {
    const int status = functions.PQresultStatus(result);
    const char *const state = result ? functions.PQresultErrorField(result, PG_DIAG_SQLSTATE) : 0;
    snprintf(connection->state, sizeof connection->state, "%s", state ? state : "");
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

bool arete_postgres_prepare(arete_postgres *connection, const char *name, const char *sql) {
    const bool is_sent =
        arete_postgres_is_connected(connection) && functions.PQsendPrepare(connection->connection, name, sql, 0, 0);
    PGresult *const result = answer(connection, is_sent);
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
    const bool is_sent = arete_postgres_is_connected(connection) &&
                         functions.PQsendQueryPrepared(connection->connection, name, count, bytes, counts, forms, 1);
    PGresult *const result = answer(connection, is_sent);
    arete_postgres_result *const made = keep_state(connection, result) ? malloc(sizeof *made) : 0;
    if (!made) {
        functions.PQclear(result);
        return 0;
    }
    made->result = result;
    return made;
}

bool arete_postgres_exec(arete_postgres *connection, const char *sql) {
    const bool is_sent = arete_postgres_is_connected(connection) && functions.PQsendQuery(connection->connection, sql);
    PGresult *const result = answer(connection, is_sent);
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
