// Where packets go out and come in.

/// Who is at the other end, as a port knows it.
public struct PacketPeer: Hashable, Sendable, CustomStringConvertible {
    let bytes: [UInt8]
    public let description: String
}

/// Brings packets across, or loses them: nothing is promised. For one thread at a time, and it never waits.
public protocol PacketPort: AnyObject {
    /// Becomes readable when something came.
    var descriptor: Int32 { get }
    /// It takes a packet now.
    var isReady: Bool { get }
    /// To `peer`; `nil`: to the one that the port is for.
    func send(_ packet: [UInt8], to peer: PacketPeer?)
    /// The next packet that came.
    func receive() -> (packet: [UInt8], peer: PacketPeer)?
}
