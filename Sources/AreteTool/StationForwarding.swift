// arete station --sinks: detections on to others.
import Pipeline
import Publishing
import Station

/// Hands on what a station has by the sinks that a file describes.
final class StationForwarding {
    private let publication: Publication
    private let feed: StationFeed

    /// Of the spool's folder.
    private static let book = "forwarded"

    /// - Parameters:
    ///   - sinks: a file as `arete link replay --sinks` takes it.
    ///   - store: where the station keeps all, and has its tables already.
    ///   - status: is told how sinks do.
    /// - Throws: what is wrong with the file, or cannot be opened.
    init(sinks: String, store: String, _ status: StationStatus) throws {
        let configuration = try PublishingConfiguration(path: sinks)
        let troubles = SinkTroubles()
        publication = try Publication(configuration.sinks, vehicle: configuration.vehicle, spool: configuration.spool) {
            name, figures in
            status.tell(forward: name, trouble: figures.trouble)
            troubles.tell(figures.trouble, of: name)
        }
        feed = try StationFeed(
            from: store, into: publication.store, book: "\(configuration.spool)/\(Self.book)")
    }

    /// Gives sinks some seconds to send what must arrive.
    func finish() {
        feed.stop()
        publication.finish()
    }
}
