// Sources, an engine, results: what runs for months.
import Arete
import Capture
import Engine
import Link
import Signals
import Synchronization
import Terrain
import Threads
import Vision

/// A pipeline that can run.
///
///     let pipeline = try Pipeline(try .read(path: "line.json"))
///     try pipeline.run()        // until every source has ended, or `stop()` is called from another thread
public final class Pipeline: Sendable {
    public let configuration: PipelineConfiguration
    /// SHA-256 of the model's file.
    public var modelDigest: String { network.digest }
    /// The first 32 bits of the digest, by which links name the model.
    var modelNumber: UInt32 { UInt32(network.digest.prefix(8), radix: 16) ?? 0 }
    private let network: Network
    private let tracker: TrackerOptions?
    /// By source.
    private let rulers: [PlaneRuler?]
    private let views: [GroundView?]
    private let ledger: Ledger
    private let isStopped = Atomic<Bool>(false)

    /// Loads the model and checks that all fits together; opens neither sources nor sinks.
    ///
    /// - Parameter options: of the engine, where the configuration says nothing.
    /// - Throws: `PipelineError`, one line that names what is wrong.
    public init(_ configuration: PipelineConfiguration, options: Options = Options()) throws(PipelineError) {
        self.configuration = configuration
        var options = options
        options.threads = configuration.model.threads ?? options.threads
        if configuration.model.isExact { options.arithmetic = .exact }
        // A tracker goes on with detections that nobody else is told of.
        let doubtful = configuration.tracker.map { $0.doubtful ?? TrackerOptions().doubtful }
        network = try Network(configuration.model, options: options, doubtful: doubtful)
        tracker = configuration.tracker?.options(threshold: network.threshold)
        rulers = try configuration.sources.map { source throws(PipelineError) in
            try source.calibration.map { file throws(PipelineError) in try PlaneRuler(file: file) }
        }
        var terrains: [String: WatchedTerrain] = [:]
        views = try configuration.sources.map { source throws(PipelineError) in
            try source.geolocation.map { place throws(PipelineError) in try GroundView(place, &terrains) }
        }
        if let flight = configuration.flight { _ = try PoseSource(flight, start: nil) }
        ledger = Ledger(sources: configuration.sources.map(\.name))
        try check()
    }

    /// What only the model can tell of the configuration.
    private func check() throws(PipelineError) {
        guard network.task == .detect || configuration.tiles == nil else {
            throw .file(path: configuration.path, reason: "\"tiles\" are for detectors, and the model classifies")
        }
        guard network.task == .detect || tracker == nil else {
            throw .file(path: configuration.path, reason: "\"tracker\" follows detections, and the model classifies")
        }
        guard network.task == .detect || configuration.sources.allSatisfy({ $0.calibration == nil }) else {
            throw .file(
                path: configuration.path, reason: "\"calibration\" measures detections, and the model classifies")
        }
        guard network.task == .detect || views.allSatisfy({ $0 == nil }) else {
            throw .file(
                path: configuration.path, reason: "\"geolocation\" places detections, and the model classifies")
        }
        for (source, ruler) in zip(configuration.sources, rulers) {
            guard let ruler, let size = source.size, !ruler.fits(width: size.width, height: size.height) else {
                continue
            }
            let remark = ruler.remark(width: size.width, height: size.height) ?? ruler.file
            throw .file(path: configuration.path, reason: "source \"\(source.name)\": \(remark)")
        }
        try checkLibraries()
        let hasLink = configuration.sinks.contains { if case .link = $0 { true } else { false } }
        guard !hasLink || configuration.sources.count <= CameraView.most else {
            let reason = "packets of a \"link\" tell \(CameraView.most) cameras apart, and there are more \"sources\""
            throw .file(path: configuration.path, reason: "\(reason): give the others a pipeline of their own")
        }
        try Publication.check(
            configuration.sinks, vehicle: configuration.vehicle, path: configuration.path)
        guard !network.labels.isEmpty else { return }
        var rules = configuration.rules.map { (name: $0.name, labels: $0.labels) }
        rules += (configuration.inspection?.defects ?? []).map { (name: $0.name, labels: $0.labels) }
        rules += (configuration.inspection?.requirements ?? []).map { (name: $0.name, labels: [$0.label]) }
        for rule in rules {
            guard let stranger = rule.labels.first(where: { !network.labels.contains($0) }) else { continue }
            throw .file(
                path: configuration.path,
                reason: "rule \"\(rule.name)\" is about \"\(stranger)\", which is no label of the model: "
                    + network.labels.prefix(20).joined(separator: ", "))
        }
    }

    /// What is sound and may nevertheless be other than somebody meant, a line each.
    public var remarks: [String] {
        zip(configuration.sources, rulers).compactMap { source, ruler in
            guard let size = source.size else { return nil }
            return ruler?.remark(width: size.width, height: size.height).map { "source '\(source.name)': \($0)" }
        }
    }

    /// Libraries that are brought in when they are needed: also asked for where nothing is opened yet.
    private func checkLibraries() throws(PipelineError) {
        for source in configuration.sources {
            do throws(CaptureError) { try source.request.check() } catch {
                throw .source(name: source.name, error)
            }
        }
        guard let inspection = configuration.inspection else { return }
        try SerialReader.check(inspection.serial)
        guard case .modbus(let request)? = inspection.reject?.output else { return }
        do throws(SignalError) { try ModbusCoil.check(request) } catch { throw .system("reject: \(error)") }
    }

    public var figures: PipelineFigures { ledger.figures }

    /// Milliseconds since the part of the pipeline that was heard of longest ago was: large where something hangs.
    public var longestSilence: Int { ledger.longestSilence }

    /// Takes no more frames; those that are under way get their results. From any thread, any number of times.
    public func stop() { isStopped.store(true, ordering: .relaxed) }

    /// Runs until every source has ended, and all results are where they belong.
    ///
    /// - Parameters:
    ///   - frames: results of each source after which it ends.
    ///   - report: is told of events and failing sinks, on the pipeline's threads.
    ///   - started: is called when all sources and sinks are open, with the address at which figures are served.
    ///   - tick: is called ten times a second on this thread.
    /// - Throws: `PipelineError` for a source or sink that cannot be opened.
    public func run(
        frames most: Int = .max, report: @escaping @Sendable (PipelineReport) -> Void = { _ in },
        started: (_ metrics: String?) -> Void = { _ in }, tick: () -> Void = {}
    ) throws(PipelineError) {
        let queues = configuration.sources.map { source -> (capacity: Int, whenFull: WhenFull) in
            guard source.isLive else { return (source.queue, .wait) }
            return (source.queue, source.frames == .latest ? .replaceOldest : .refuse)
        }
        let frames = Lanes<PreparedFrame>(queues, most: most)
        let items = Lanes<ResultItem>([
            (Self.resultsUnderWay, .wait), (Self.mostNotices, .replaceOldest), (Self.resultsUnderWay, .wait),
        ])
        let notices = Notices(items, lane: 1, partsLane: 2)
        var sinks = try lines()
        let publication = try publication()
        if let publication { sinks += try published(publication) }
        let placers = try placers(publication)
        var sources: [any FrameSource] = []
        for (place, source) in configuration.sources.enumerated() {
            sources.append(try open(source, place, notices))
        }
        let desks = try desks(notices)
        var feeders: [Feeder] = []
        for (place, source) in configuration.sources.enumerated() {
            var trigger: PartTrigger?
            if let desk = desks[place] { trigger = try self.trigger(first: desk.firstPart) }
            let needsParts = trigger != nil && configuration.inspection?.needsPictures == true
            let needsTracks = tracker != nil && configuration.hasPictures
            feeders.append(
                Feeder(
                    sources[place], source, place: place, network.specification, trigger: trigger,
                    partFrames: needsParts ? FrameAllowance(FrameAllowance.ofParts) : nil,
                    trackFrames: needsTracks ? FrameAllowance(FrameAllowance.ofTracks) : nil,
                    tiles: configuration.tiles, followsMotion: source.moves && tracker != nil, frames, ledger, notices))
        }
        let tiled = configuration.tiles.map { tiles in configuration.sources.map { _ in TiledView(tiles) } } ?? []
        let engine = EngineStage(network, views: tiled, from: frames, to: items, lane: 0, ledger, notices)
        let results = ResultStage(
            items,
            sources: configuration.sources.indices.map { (configuration.sources[$0].name, rulers[$0], placers[$0]) },
            tracker: tracker,
            rules: configuration.rules,
            threshold: network.threshold, desks: desks, sinks: sinks, ledger, report: report)
        let metrics = try configuration.metrics.map { listen throws(PipelineError) in
            try MetricsServer(listen) { [ledger] in ledger.figures }
        }
        let engineHasEnded = Atomic<Bool>(false)
        let resultsHaveEnded = Atomic<Bool>(false)
        var workers: [SystemThread] = []
        do throws(PipelineError) {
            workers.append(
                try SystemThread.working {
                    results.work()
                    resultsHaveEnded.store(true, ordering: .releasing)
                })
            workers.append(
                try SystemThread.working {
                    engine.work()
                    engineHasEnded.store(true, ordering: .releasing)
                })
            for feeder in feeders {
                workers.append(try SystemThread.working { feeder.work { self.isStopped.load(ordering: .relaxed) } })
            }
        } catch {
            // Those that have started end by themselves.
            stop()
            for place in feeders.indices { frames.end(place) }
            if workers.count < 2 { items.end(0) }
            for lane in 1...2 { items.end(lane) }
            for worker in workers { worker.join() }
            throw error
        }
        started(metrics?.location)
        func ticking(until hasEnded: () -> Bool) {
            while !hasEnded() {
                tick()
                MonotonicClock.sleep(milliseconds: Self.tickMilliseconds)
            }
        }
        ticking { engineHasEnded.load(ordering: .acquiring) }
        for lane in 1...2 { items.end(lane) }
        // What is under way may take its time: codes to be searched, pulses to be given.
        ticking { resultsHaveEnded.load(ordering: .acquiring) }
        for worker in workers { worker.join() }
        tick()
    }

    private func lines() throws(PipelineError) -> [any Sink] {
        var sinks: [any Sink] = []
        for case .lines(let lines) in configuration.sinks {
            do throws(SinkFailure) { sinks.append(try LinesSink(lines)) } catch { throw .system(error.description) }
        }
        return sinks
    }

    /// `nil` where nothing is published, and no vehicle tells of itself.
    private func publication() throws(PipelineError) -> Publication? {
        let sinks = configuration.sinks.filter { $0.outletName != nil }
        guard !sinks.isEmpty || configuration.vehicle != nil, let folder = configuration.spool else { return nil }
        return try Publication(
            sinks, vehicle: configuration.vehicle, spool: folder, model: modelNumber
        ) { [ledger] name, figures in
            ledger.note(figures, of: name)
        }
    }

    /// By source; `nil` for those of which nobody asks for places.
    private func placers(_ publication: Publication?) throws(PipelineError) -> [GroundPlacer?] {
        let memory = configuration.tracker?.memory ?? TrackerOptions().memory
        return try views.map { view throws(PipelineError) in
            guard let view else { return nil }
            if let flight = configuration.flight {
                let poses = try PoseSource(flight, start: view.configuration.start)
                return GroundPlacer(view, poses: poses, memory: memory)
            }
            guard let publication, let vehicle = publication.vehicle else { return nil }
            return GroundPlacer(view, poses: .line(vehicle, publication.store.clock), memory: memory)
        }
    }

    /// The store's sink and then those that read it.
    private func published(_ publication: Publication) throws(PipelineError) -> [any Sink] {
        guard let folder = configuration.spool else { return [] }
        let cameras = configuration.sources.map(\.name)
        publication.store.describe(
            cameras: cameras, classes: network.labels, rules: configuration.rules.map(\.name))
        let memory = configuration.tracker?.memory ?? TrackerOptions().memory
        let pictures = tracker != nil && configuration.hasPictures ? try PictureTaker(publication.album) : nil
        let store = StoreSink(publication.store, pictures, folder: folder, cameras: cameras, memory: memory)
        return [store] + publication.outlets
    }

    private static let tickMilliseconds = 100
    private static let resultsUnderWay = 64
    private static let mostNotices = 256

    /// The desk of the source whose parts are inspected.
    private func desks(_ notices: Notices) throws(PipelineError) -> [Int: InspectionDesk] {
        guard let inspection = configuration.inspection,
            let place = configuration.sources.firstIndex(where: { $0.name == inspection.source })
        else { return [:] }
        let hooks = InspectionDesk.Hooks(
            post: { notices.post($0, of: place) }, wake: { notices.postRecorded() })
        let isLive = configuration.sources[place].isLive
        return [place: try InspectionDesk(inspection, isLive: isLive, modelDigest: modelDigest, ledger, hooks)]
    }

    private func trigger(first: Int) throws(PipelineError) -> PartTrigger? {
        guard let inspection = configuration.inspection else { return nil }
        do throws(SignalError) { return try PartTrigger(inspection.trigger, first: first) } catch {
            throw .system("trigger: \(error)")
        }
    }

    private func open(_ source: SourceConfiguration, _ place: Int, _ notices: Notices) throws(PipelineError)
        -> any FrameSource
    {
        do throws(CaptureError) {
            let need = PictureNeed(
                width: network.specification.width, height: network.specification.height,
                isGrey: network.specification.colour == .grey)
            var request = source.request
            if case .camera(var camera) = request {
                camera.need = need
                request = .camera(camera)
            }
            return try request.open(pace: source.pace) { [ledger] event in
                switch event {
                case .lost: ledger.change(place) { $0.isLost = true }
                case .back: ledger.change(place) { $0.isLost = false }
                case .skipped: break
                }
                notices.post(.source(event), of: place)
            }
        } catch {
            throw .source(name: source.name, error)
        }
    }
}
