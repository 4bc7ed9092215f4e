// From findings to results: objects are followed, rules judged, sinks served.
import Capture
import Vision

/// Takes what the engine found and what sources report. Works on a thread of its own.
final class ResultStage: @unchecked Sendable {
    private let lanes: Lanes<ResultItem>
    private let ledger: Ledger
    private let sinks: [any Sink]
    private let threshold: Float
    /// By source.
    private let desks: [Int: InspectionDesk]
    private var sources: [SourceState]
    private let report: @Sendable (PipelineReport) -> Void
    private var failing: Set<String> = []

    private struct SourceState {
        let name: String
        var tracker: Tracker?
        let motion = CameraMotionEstimator()
        /// Where nobody says what to tell of objects, each is told when it appears and when it has left.
        var objects: TrackEvents?
        var rules: [RuleWatch]
        var counts: [Int]
        /// `nil`: nothing is measured.
        var ruler: PlaneRuler?
        /// `nil`: nothing is placed.
        var placer: GroundPlacer?
        /// Of the picture that came last.
        var size: SIMD2<Int>?

    }

    init(
        _ lanes: Lanes<ResultItem>, sources: [(name: String, ruler: PlaneRuler?, placer: GroundPlacer?)],
        tracker: TrackerOptions?,
        rules: [RuleConfiguration], threshold: Float, desks: [Int: InspectionDesk], sinks: [any Sink], _ ledger: Ledger,
        report: @escaping @Sendable (PipelineReport) -> Void
    ) {
        self.lanes = lanes
        self.sinks = sinks
        self.threshold = threshold
        self.desks = desks
        self.ledger = ledger
        self.report = report
        self.sources = sources.map { name, ruler, placer in
            SourceState(
                name: name, tracker: tracker.map { Tracker($0) },
                objects: rules.isEmpty
                    ? tracker.map { TrackEvents(memory: $0.memory, interval: .infinity) } : nil,
                rules: rules.map { RuleWatch($0, memory: tracker?.memory ?? 0) },
                counts: [Int](repeating: 0, count: rules.count), ruler: ruler, placer: placer)
        }
    }

    private static let patience = 200

    /// Until all lanes have ended and are empty.
    func work() {
        working: while true {
            ledger.beat(.results)
            tellRecorded()
            guard desks.values.allSatisfy({ $0.hasRoom(within: Self.patience) }) else { continue }
            switch lanes.take(within: Self.patience) {
            case .item(.found(let frame), _): deliver(frame)
            case .item(.notice(let notice, let source), _): tell(notice, of: source)
            case .item(.missed(let part, let source), _): desks[source]?.miss(part)
            case .item(.recorded, _), .nothing: break
            case .end: break working
            }
        }
        for source in sources.indices { tellLeft(source) }
        // From here on the desks' own threads show that they live.
        ledger.end(.results)
        for (source, desk) in desks { for notice in desk.finish() { tell(notice, of: source) } }
        tellRecorded()
        ledger.beat(.results)
        // The store's first: it tells what has left.
        for sink in sinks { sink.stop() }
        for sink in sinks {
            ledger.beat(.results)
            attempt(sink) { () throws(SinkFailure) in try sink.finish() }
        }
        ledger.end(.results)
    }

    /// All objects that are known have left.
    private func tellLeft(_ source: Int) {
        for object in sources[source].objects?.finish() ?? [] {
            tell(
                Event(
                    source: sources[source].name, frame: nil, time: nil, kind: .object(object),
                    plane: sources[source].ruler?.plane))
        }
    }

    /// Boxes in pictures of another size tell nothing of where objects were.
    private func turn(_ source: Int, to head: FrameHead) {
        let size = SIMD2(head.width, head.height)
        guard sources[source].size != size else { return }
        if sources[source].size != nil {
            tellLeft(source)
            tellForgotten(source)
        }
        sources[source].size = size
        if let remark = sources[source].ruler?.turn(toWidth: head.width, height: head.height) {
            tell(.calibration(remark), of: source)
        }
    }

    /// Forgets all objects; those inside a zone have left it.
    private func tellForgotten(_ source: Int) {
        sources[source].tracker?.forget()
        sources[source].placer?.forget()
        for index in sources[source].rules.indices {
            for track in sources[source].rules[index].forget() {
                sources[source].counts[index] += 1
                let rule = sources[source].rules[index].rule
                ledger.change(source) { $0.events[rule.name, default: 0] += 1 }
                tell(
                    Event(
                        source: sources[source].name, frame: nil, time: nil,
                        kind: .rule(rule, track, count: sources[source].counts[index]),
                        plane: sources[source].ruler?.plane))
            }
        }
    }

    private func deliver(_ frame: FoundFrame) {
        let source = frame.source
        turn(source, to: frame.head)
        var result = FrameResult(
            source: sources[source].name, head: frame.head, findings: frame.findings, times: frame.times)
        if case .detections(let detections) = frame.findings {
            let motion = frame.view.flatMap { view in
                sources[source].motion.motion(to: view, hiding: detections.map(\.box))
            }
            result.tracks = sources[source].tracker?.update(detections, at: frame.head.time, camera: motion)
            // Those below the threshold were for the tracker alone.
            result.findings = .detections(detections.filter { $0.score >= threshold })
        }
        result.plane = sources[source].ruler?.plane
        place(&result, source)
        // First of all: a bad part moves on.
        if let subject = frame.subject { desks[source]?.judge(subject, on: result) }
        // Not before: a desk keeps results for long, and few frames may be held.
        result.held = frame.held
        let events = events(of: result, source)
        for sink in sinks { attempt(sink) { () throws(SinkFailure) in try sink.take(result) } }
        for event in events { tell(event) }
        result.times.delivered = MonotonicClock.nanoseconds
        note(result, events, frame.tiles, source)
    }

    private func place(_ result: inout FrameResult, _ source: Int) {
        guard let placer = sources[source].placer, let tracks = result.tracks else { return }
        let look = placer.look(tracks, result.head, result.times)
        (result.places, result.vehicle) = (look.places, look.vehicle)
        for notice in look.notices { tell(.geolocation(notice), of: source) }
    }

    private func events(of result: FrameResult, _ source: Int) -> [Event] {
        guard let tracks = result.tracks else { return [] }
        let objects = sources[source].objects?.update(tracks, at: result.head.time) ?? []
        var events = objects.map { object in
            event(.object(object), on: result)
        }
        for index in sources[source].rules.indices {
            let fitting = sources[source].rules[index].fitting(
                tracks, width: result.head.width, height: result.head.height, time: result.head.time,
                plane: result.plane)
            for track in fitting {
                sources[source].counts[index] += 1
                let kind = Event.Kind.rule(
                    sources[source].rules[index].rule, track, count: sources[source].counts[index])
                events.append(event(kind, on: result))
            }
        }
        return events
    }

    private func event(_ kind: Event.Kind, on result: FrameResult) -> Event {
        var place: TrackPlace?
        switch kind {
        case .rule(_, let track, _): place = result.places[track.id]
        case .object(let object): place = result.places[object.track.id]
        case .part, .notice: break
        }
        return Event(
            source: result.source, frame: result.head.number, time: result.head.time, kind: kind, plane: result.plane,
            place: place)
    }

    /// A part's verdict is told when its record is written.
    private func tellRecorded() {
        for (source, desk) in desks {
            for part in desk.takeRecorded() {
                ledger.change(source) { $0.parts.add(part.verdict) }
                tell(
                    Event(
                        source: sources[source].name, frame: part.frame?.number, time: part.frame?.time,
                        kind: .part(part.verdict)))
            }
        }
    }

    private func tell(_ notice: Notice, of source: Int) {
        tell(Event(source: sources[source].name, frame: notice.frame, time: nil, kind: .notice(notice)))
    }

    private func tell(_ event: Event) {
        for sink in sinks { attempt(sink) { () throws(SinkFailure) in try sink.take(event) } }
        report(.event(event))
    }

    /// A sink that fails is told of once until it works again.
    private func attempt(_ sink: any Sink, _ body: () throws(SinkFailure) -> Void) {
        do throws(SinkFailure) {
            try body()
            if failing.remove(sink.name) != nil { report(.sinkWorks(sink.name)) }
        } catch {
            ledger.countSinkFailure()
            if failing.insert(sink.name).inserted { report(.sinkFails(name: sink.name, reason: error.description)) }
        }
    }

    private func note(_ result: FrameResult, _ events: [Event], _ tiles: TiledView.Work, _ source: Int) {
        ledger.change(source) { figures in
            figures.results += 1
            figures.tilesLooked += tiles.looked
            figures.tilesSkipped += tiles.all - tiles.looked
            for stage in Stage.allCases {
                guard let took = result.times[stage] else { continue }
                figures.latencies[stage, default: LatencyHistogram()].add(nanoseconds: took)
                figures.recent.add(stage, nanoseconds: took, at: result.times.delivered)
            }
            if case .detections(let detections) = result.findings {
                for detection in detections { figures.detections[detection.label, default: 0] += 1 }
            }
            for case .rule(let rule, _, _) in events.map(\.kind) { figures.events[rule.name, default: 0] += 1 }
            figures.tracks = result.tracks?.count ?? 0
        }
    }
}

/// What a pipeline tells the one who runs it, on its own thread.
public enum PipelineReport: Sendable {
    case event(Event)
    case sinkFails(name: String, reason: String)
    case sinkWorks(String)
}
