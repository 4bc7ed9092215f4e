// A place in the network that may not be there yet.

/// Sends datagrams to a place once it can be reached: without a network there is neither a route nor anybody who knows names. Opening may take as long as asking for
/// a name does, so it is for a thread of its own.
final class LateSocket: PacketPort {
    private let place: TransportPlace
    private var socket: UDPSocket?
    private(set) var trouble: String?
    private var nextTry = Int.min
    private var pause = LateSocket.pauses.first
    /// When something came in last, or it was opened.
    private var heardAt = 0
    private var wasHeard = false
    private var now = 0

    /// Milliseconds.
    private static let pauses = (first: 500, most: 30_000)
    /// Milliseconds of silence after which its name is asked for again: it may have moved.
    private static let silence = 300_000

    init(_ place: TransportPlace) { self.place = place }

    var descriptor: Int32 { socket?.descriptor ?? -1 }
    var isReady: Bool { socket != nil }

    func turn(at now: Int) -> Int {
        self.now = now
        // Where nobody ever answered, silence says nothing.
        guard socket == nil || wasHeard && now - heardAt > Self.silence else { return .max }
        guard now >= nextTry else { return nextTry - now }
        do throws(TransportError) {
            // What still works stays until there is another one.
            socket = try UDPSocket(place, listens: false)
            (trouble, pause, heardAt, nextTry) = (nil, Self.pauses.first, now, now)
            return .max
        } catch {
            trouble = socket == nil ? "\(error); trying again" : nil
            nextTry = now + pause
            pause = min(pause * 2, Self.pauses.most)
            return nextTry - now
        }
    }

    func send(_ packet: [UInt8], to peer: PacketPeer?) { socket?.send(packet, to: peer) }

    func receive() -> (packet: [UInt8], peer: PacketPeer)? {
        guard let came = socket?.receive() else { return nil }
        (heardAt, wasHeard) = (now, true)
        return came
    }
}
