// What keeps a server from starting.

/// One line for the person who starts it.
public struct HTTPError: Error, Sendable, CustomStringConvertible {
    public let description: String
}
