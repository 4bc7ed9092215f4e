// HTTP requests and byte streams through libcurl, which is brought in when the first one is made.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Why there are none; null where there are.
const char *arete_curl_absence(void);

/// A line that says what went wrong, without what a request holds.
typedef struct {
    char message[256];
} arete_curl_error;

/// Whom a connection believes and who it says it is; null for the system's authorities, and for nobody.
typedef struct {
    const char *authority, *certificate, *key;
} arete_curl_credentials;

/// Scheme and host of a URL as the library reads them, to be freed by `arete_curl_free_text`; false for what is no URL,
/// and for one with a user or password in it.
bool arete_curl_parse(const char *url, char **scheme, char **host);
void arete_curl_free_text(char *text);

/// A POST. `headers` are lines without their ends.
typedef struct {
    const char *url;
    const char *const *headers;
    size_t header_count;
    const void *body;
    size_t count;
    long milliseconds;
    bool may_be_plain;
    arete_curl_credentials credentials;
} arete_curl_request;

/// Sends it and waits for the answer's end, but no longer than its time. What the answer holds is dropped, at most 64
/// KiB are read. Follows no redirect. Returns the status, or 0 with `error`.
long arete_curl_post(const arete_curl_request *request, arete_curl_error *error);

typedef struct arete_curl_stream arete_curl_stream;

/// Connects to `https://HOST:PORT` or, for a stream without TLS, to `http://HOST:PORT`, within the time. Null with
/// `error` where it fails.
arete_curl_stream *arete_curl_open(const char *url, long milliseconds, const arete_curl_credentials *credentials,
                                   arete_curl_error *error);

/// The socket, to wait for alone.
int arete_curl_socket(const arete_curl_stream *stream);

/// Bytes that were taken or given, 0 where it would have to wait, negative with `error` where the stream has ended.
/// Never wait.
long arete_curl_send(arete_curl_stream *stream, const void *bytes, size_t count, arete_curl_error *error);
long arete_curl_receive(arete_curl_stream *stream, void *bytes, size_t count, arete_curl_error *error);

void arete_curl_close(arete_curl_stream *stream);
