// How much clients may ask of a server.

/// Bounds of memory and patience. All memory that clients can make a server hold is about
/// `connections` x (`headBytes` + `bodyBytes`) + `streams` x `EventStream`'s bytes, and what the system keeps for sockets.
public struct HTTPLimits: Sendable {
    /// At the same time; more wait until one is closed, or has to make way.
    public var connections = 64
    /// Of one address, at the same time; more are closed at once where none has to make way. Browsers make up to six.
    public var connectionsPerAddress = 32
    /// Connections with an `EventStream`; more are answered with 503. Fewer than `connections`: others want answers, too.
    public var streams = 48
    /// Bytes of a request's first line and headers together, about; more are answered with 414 or 431.
    public var headBytes = 32 << 10
    /// Bytes of a request's body; more are answered with 413.
    public var bodyBytes = 64 << 10
    /// Seconds without a byte, either way, after which a connection is closed.
    public var idleSeconds = 30
    /// Seconds from the first byte of a request to its last, and from a new connection to its first line.
    public var requestSeconds = 20
    /// Seconds after which a connection that has not brought a whole request yet makes way where there is no room: less
    /// than people wait, more than a request takes over a slow link.
    public var graceSeconds = 2
    /// Seconds that a connection may take to bring another request.
    public var keptSeconds = 60
    /// Seconds that an answer other than an `EventStream` may take.
    public var answerSeconds = 600
    /// Seconds after which an `EventStream` without news sends a comment.
    public var commentSeconds = 15
    /// Threads for answers that are made later.
    public var workers = 2

    public init() {}

    /// Few connections, for a program that is asked for its figures now and then.
    public static var small: HTTPLimits {
        var limits = HTTPLimits()
        (limits.connections, limits.connectionsPerAddress, limits.streams, limits.workers) = (32, 32, 0, 0)
        (limits.bodyBytes, limits.idleSeconds, limits.keptSeconds) = (4 << 10, 10, 30)
        return limits
    }
}
