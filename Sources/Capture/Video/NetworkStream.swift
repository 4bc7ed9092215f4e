// A network camera that may vanish and comes back.

/// The pictures of an RTSP server, decoded by FFmpeg's libraries on a thread of its own; what ends the stream is reported, and it is opened again until
/// it answers.
public final class NetworkStream: FrameSource {
    /// The address without user and password.
    public let name: String
    public private(set) var counts = SourceCounts()
    private let reader: StreamReader
    private let report: (SourceEvent) -> Void

    /// Opens the stream: its pictures come over TCP.
    ///
    /// - Parameters:
    ///   - patience: milliseconds without an answer or a picture after which it is opened anew.
    ///   - report: is told, on the thread that calls `next`, when the stream is lost and when it is back.
    /// - Throws: `CaptureError` when there is no answer, no video that is decoded here, or no libav in this build.
    public init(
        address: String, patience: Int = 5000, report: @escaping (SourceEvent) -> Void = { _ in }
    ) throws(CaptureError) {
        name = Self.shown(address)
        self.report = report
        reader = try StreamReader(address, name: name, patience: patience)
    }

    deinit { reader.end() }

    public func next(within milliseconds: Int) -> Arrival {
        let news = reader.wait(milliseconds)
        for event in news.events {
            if case .back = event { counts.restarts += 1 }
            report(event)
        }
        counts.lost += news.lost
        guard let frame = news.frame else { return .nothing }
        counts.frames += 1
        counts.damaged += frame.isDamaged ? 1 : 0
        return .frame(frame)
    }

    static func isAddress(_ text: String) -> Bool { text.hasPrefix("rtsp://") || text.hasPrefix("rtsps://") }

    /// An address as messages may show it.
    static func shown(_ address: String) -> String {
        guard let start = address.firstRange(of: "://")?.upperBound else { return address }
        let host = address[start...].prefix { $0 != "/" }
        guard let at = host.lastIndex(of: "@") else { return address }
        return String(address[..<start] + address[address.index(after: at)...])
    }
}
