// Connections to a broker of MQTT 5 or 3.1.1 through libmosquitto, which is brought in when the first one is made.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Why there are no connections; null where there are.
const char *arete_mqtt_absence(void);

/// What a connection tells, while one of its functions runs.
typedef struct {
    enum {
        ARETE_MQTT_CONNECTED,    ///< or refused: `code` is the broker's reason, 0 for connected
        ARETE_MQTT_DISCONNECTED, ///< `code`: 128 and more are the broker's reason
        ARETE_MQTT_SENT,         ///< of `id`, with the broker's reason in `code`; at once for QoS 0
        ARETE_MQTT_SUBSCRIBED,   ///< of `id`, with the broker's reason in `code`
        ARETE_MQTT_MESSAGE,      ///< `topic`, `bytes` and `count` until this returns
        ARETE_MQTT_ERROR,        ///< `topic` is a line that says what went wrong
    } kind;
    int id, code, qos;
    bool is_retained, has_session;
    /// Of ARETE_MQTT_CONNECTED: what the broker takes.
    uint16_t most_unacknowledged, most_aliases;
    uint32_t most_bytes; ///< of a packet
    const char *topic, *content_type;
    const void *bytes;
    size_t count;
} arete_mqtt_event;

typedef void (*arete_mqtt_handler)(void *context, const arete_mqtt_event *event);

/// What a connection is made with; strings may be null where they say so.
typedef struct {
    const char *host, *client;
    const char *user, *password; ///< or null
    const char *will_topic;      ///< or null: no last will
    const void *will;
    size_t will_count;
    const char *authority, *certificate, *key; ///< or null; authority null: the system's
    int version;                               ///< 5, or 4 for MQTT 3.1.1
    int port, keep_alive;                      ///< seconds
    uint32_t session_expiry;                   ///< seconds; MQTT 3.1.1 has a session or none
    uint32_t most_bytes;                       ///< of a packet that comes
    uint16_t most_unacknowledged;              ///< that this side sends
    int will_qos;
    bool will_is_retained, is_encrypted, checks_no_name;
} arete_mqtt_options;

typedef struct arete_mqtt arete_mqtt;

/// A connection that is not made yet; null with a line in `error` where it cannot be.
arete_mqtt *arete_mqtt_new(const arete_mqtt_options *options, arete_mqtt_handler handler, void *context, char *error,
                           size_t error_size);

/// Makes it: waits for the host's name and its TCP connection, for as long as the system takes. Returns 0 or an error.
int arete_mqtt_connect(arete_mqtt *connection, const arete_mqtt_options *options);

/// Socket to wait for; negative where the connection has ended.
int arete_mqtt_socket(arete_mqtt *connection);
bool arete_mqtt_wants_to_write(arete_mqtt *connection);

/// To be called when the socket can be read, can be written to, and each second. Never wait. Return 0, or the error
/// that ended the connection.
int arete_mqtt_read(arete_mqtt *connection);
int arete_mqtt_write(arete_mqtt *connection);
int arete_mqtt_misc(arete_mqtt *connection);

/// A message. `topic` is null where `alias` says it; `properties` are `property_count` names and values one behind the
/// other. MQTT 3.1.1 has neither these nor a type of the content.
typedef struct {
    const char *topic, *content_type; ///< or null
    const void *bytes;
    size_t count;
    const char *const *properties;
    size_t property_count;
    int qos;
    uint16_t alias; ///< 0: none
    bool is_retained;
} arete_mqtt_publication;

/// Returns 0 with the message's `id`, or an error. One that is larger than the broker takes must not be given.
int arete_mqtt_publish(arete_mqtt *connection, const arete_mqtt_publication *publication, int *id);

int arete_mqtt_subscribe(arete_mqtt *connection, const char *filter, int qos, int *id);

/// Says goodbye, so that the last will stays unsaid.
void arete_mqtt_disconnect(arete_mqtt *connection);

/// Without a word to the broker.
void arete_mqtt_free(arete_mqtt *connection);

/// A line for what a function returned, and for a reason of the broker. To be asked right after the function.
const char *arete_mqtt_error_text(int error);
const char *arete_mqtt_reason_text(int reason);

/// Whether a topic can be published to, and whether a filter can be subscribed to.
bool arete_mqtt_is_topic(const char *topic);
bool arete_mqtt_is_filter(const char *filter);
