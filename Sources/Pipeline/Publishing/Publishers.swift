// All ways out of a pipeline.
import Database
import Glibc
import Link
import Publishing
import Vision

/// Opens the store and what reads it.
enum Publishers {
    /// A file of the spool's folder where running numbers are.
    private static let numbers = "numbers"

    /// What can be told before anything is opened.
    static func check(_ configuration: PipelineConfiguration) throws(PipelineError) {
        for case .link(let link) in configuration.sinks {
            do { _ = try Pairing(path: link.pairing).keys(.up) } catch { throw .system("\(link.name): \(error)") }
        }
        var names: Set<String> = []
        for case .link(let link) in configuration.sinks where !names.insert(link.name).inserted {
            throw .file(path: configuration.path, reason: "two links are called \"\(link.name)\": give each a \"name\"")
        }
    }

    /// The sinks of all outlets, the store's own first; none where nothing is published.
    static func sinks(_ pipeline: Pipeline, _ ledger: Ledger) throws(PipelineError) -> [any Sink] {
        let configuration = pipeline.configuration
        let links = configuration.sinks.compactMap { sink in
            if case .link(let link) = sink { link } else { nil }
        }
        guard !links.isEmpty, let folder = configuration.spool else { return [] }
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw .system("\(folder): \(String(cString: strerror(errno)))")
        }
        do {
            let store = try TrackStore(path: "\(folder)/\(numbers)")
            let cameras = configuration.sources.map(\.name)
            store.describe(cameras: cameras, classes: pipeline.labels, rules: configuration.rules.map(\.name))
            let memory = configuration.tracker?.memory ?? TrackerOptions().memory
            var sinks: [any Sink] = [StoreSink(store, folder: folder, cameras: cameras, memory: memory)]
            for link in links {
                let outlet = try LinkOutlet(
                    LinkOutlet.Options(
                        profile: link.profile, spool: "\(folder)/\(link.name).spool", area: link.area,
                        model: pipeline.modelNumber),
                    try Pairing(path: link.pairing), over: try UDPSocket(link.place, listens: false),
                    clock: store.clock)
                sinks.append(
                    try OutletSink(outlet, of: store) { figures in ledger.note(figures, of: link.name) })
            }
            return sinks
        } catch let error as PipelineError {
            throw error
        } catch {
            throw .system("\(error)")
        }
    }
}
