// A component of a vehicle, on a serial line or in a network.
import MAVLink

/// Sends a component's messages and takes those of others. For one thread at a time, and it never waits.
public final class MAVLinkEnd {
    private let line: MAVLinkLine
    public let sender: MAVLinkFrame.Sender
    private let bell = Bell()
    private let inbox: Int
    private var arrivals: [MAVLinkLine.Arrival] = []
    /// Of the first that was not taken.
    private var next = 0
    public private(set) var sentBytes = 0

    /// - Parameters:
    ///   - sender: whom it speaks as. Two that are not the same thing need components of their own.
    ///   - type: what it says it is: `Heartbeat.camera` for instance.
    public init(_ line: MAVLinkLine, sender: MAVLinkFrame.Sender, type: UInt8) {
        (self.line, self.sender) = (line, sender)
        inbox = line.open(sender, Heartbeat(type: type), bell)
    }

    deinit { line.close(inbox) }

    /// Becomes readable when something came; -1 while there is nothing that could.
    public var descriptor: Int32 { line.isShared ? bell.descriptor : line.descriptor }
    /// Nothing waits in the line.
    public var isReady: Bool { line.isIdle }
    public var trouble: String? { line.trouble }
    /// Messages that came and that the line's key refused.
    public var refused: Int { line.refused }

    /// Time goes on.
    ///
    /// - Returns: after how many milliseconds it wants to be called again.
    public func turn(at now: Int) -> Int { line.turn(at: now) }

    /// - Parameter peer: where this listens in a network; `nil`: who spoke last.
    public func send(_ message: some MAVLinkMessage, to peer: PacketPeer? = nil) {
        sentBytes += line.send(from: sender, to: peer) { [$0.frame(message)] }
    }

    /// A line for people. `severity`: 0 emergency to 7 debug.
    public func send(text: String, severity: UInt8) {
        sentBytes += line.send(from: sender, to: nil) { $0.frames(text: text, severity: severity) }
    }

    /// The next message of another component.
    public func receive() -> MAVLinkLine.Arrival? {
        if next >= arrivals.count {
            bell.silence()
            if !line.isShared { _ = line.read() }
            (arrivals, next) = (line.take(inbox), 0)
        }
        guard next < arrivals.count else { return nil }
        defer { next += 1 }
        return arrivals[next]
    }
}
