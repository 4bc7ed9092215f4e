// Where packets go out and come in.

/// Who is at the other end, as a port knows it.
public struct PacketPeer: Hashable, Sendable, CustomStringConvertible {
    let bytes: [UInt8]
    public let description: String
    /// Where packets come in at several ports: through which of them this one is reached.
    public var port = 0

    init(bytes: [UInt8] = [], description: String) { (self.bytes, self.description) = (bytes, description) }
}

/// Brings packets across, or loses them: nothing is promised. For one thread at a time, and it never waits.
public protocol PacketPort: AnyObject {
    /// Becomes readable when something came; -1 while there is nothing that could.
    var descriptor: Int32 { get }
    /// It takes a packet now, and sends it before all else: nothing waits in it.
    var isReady: Bool { get }
    /// Why nothing goes out or comes in now; `nil` where it does.
    var trouble: String? { get }
    /// Time goes on. To be called before the others each time.
    ///
    /// - Parameter now: milliseconds of one clock that nobody sets.
    /// - Returns: after how many milliseconds it wants to be called again, where nothing comes before.
    func turn(at now: Int) -> Int
    /// To `peer`; `nil`: to the one that the port is for.
    func send(_ packet: [UInt8], to peer: PacketPeer?)
    /// The next packet that came.
    func receive() -> (packet: [UInt8], peer: PacketPeer)?
    /// The part of the radio's buffer that is free, 0 to 1, where it has told since this was last asked.
    func takeRoom() -> Double?
}

extension PacketPort {
    public func takeRoom() -> Double? { nil }
}
