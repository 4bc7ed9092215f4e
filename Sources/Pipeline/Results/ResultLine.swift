// Results and events as JSON, one object a line.
import Imaging
import JSON
import Vision

extension FrameResult {
    /// - Parameter hasTimes: with the milliseconds that each stage took up to now.
    func json(hasTimes: Bool) -> JSONValue {
        var members = [
            JSONMember("source", JSONValue(source)), JSONMember("frame", JSONValue(head.number)),
            JSONMember("sequence", JSONValue(Int(head.sequence))),
            JSONMember("time", JSONValue(rounded(head.time, 1e6))), JSONMember("width", JSONValue(head.width)),
            JSONMember("height", JSONValue(head.height)),
        ]
        if !head.faults.isEmpty { members.append(JSONMember("view", head.faults.json)) }
        if head.isDamaged { members.append(JSONMember("damaged", JSONValue(true))) }
        if let tracks {
            members.append(JSONMember("tracks", JSONValue(tracks.map { $0.json(plane, places[$0.id]) })))
        } else {
            members.append(JSONMember(findings.key, findings.json(plane)))
        }
        if hasTimes {
            let stages = Stage.allCases.filter { $0 != .deliver && $0 != .total }.compactMap { stage in
                times[stage].map { JSONMember(stage.rawValue, JSONValue(rounded(Double($0) * 1e-6, 1e3))) }
            }
            members.append(JSONMember("ms", JSONValue(.object(stages))))
        }
        return JSONValue(.object(members))
    }

    var isEmpty: Bool {
        switch findings {
        case .detections(let detections): tracks?.isEmpty ?? detections.isEmpty
        case .classes: false
        }
    }
}

extension Event {
    var json: JSONValue {
        var members = [JSONMember("source", JSONValue(source))]
        if let frame { members.append(JSONMember("frame", JSONValue(frame))) }
        if let time { members.append(JSONMember("time", JSONValue(rounded(time, 1e6)))) }
        switch kind {
        case .rule(let rule, let track, let count):
            members.append(JSONMember("event", JSONValue(rule.name)))
            members.append(JSONMember("when", JSONValue(rule.when.rawValue)))
            members.append(JSONMember("count", JSONValue(count)))
            members.append(JSONMember("track", track.json(plane, place)))
        case .object(let event):
            members.append(JSONMember("event", JSONValue(event.kind.name)))
            members.append(JSONMember("track", event.track.json(plane, place)))
            if event.kind == .left { members.append(JSONMember("best", event.best.json(plane))) }
        case .part(let part):
            members.append(JSONMember("part", JSONValue(part.number)))
            members.append(JSONMember("serial", JSONValue(part.serial)))
            members.append(JSONMember("verdict", JSONValue(part.verdict.isGood ? "pass" : "fail")))
            members.append(JSONMember("reasons", JSONValue(part.verdict.reasons.map { JSONValue($0) })))
        case .notice(let notice):
            members.append(JSONMember("notice", JSONValue(notice.name)))
            if case .view(_, let faults) = notice {
                members.append(JSONMember("view", faults.json))
            }
            members.append(JSONMember("text", JSONValue(notice.text)))
        }
        return JSONValue(.object(members))
    }

    /// For people: one line.
    public var text: String {
        switch kind {
        case .rule(let rule, let track, let count):
            "\(source): \(rule.name) \(count): \(track.label) \(track.id) \(rule.when.rawValue)"
                + (size(of: track, for: rule).map { ", \(SizeLimits.text($0))" } ?? "")
        case .object(let event): "\(source): \(event.track.label) \(event.track.id) \(event.kind.name)"
        case .part(let part):
            "\(source): part \(part.serial) " + (part.verdict.isGood ? "passes" : "fails: ")
                + part.verdict.reasons.joined(separator: ", ")
        case .notice(let notice): "\(source): \(notice.text)"
        }
    }

    /// In millimetres, for a rule that asks for it.
    private func size(of track: Track, for rule: RuleConfiguration) -> Double? {
        rule.size == nil ? nil : plane?.millimetres(of: track.box)?.size
    }
}

extension Findings {
    var key: String {
        switch self {
        case .detections: "detections"
        case .classes: "classes"
        }
    }

    /// So many at most, best first, with their sizes where there is a plane.
    func json(_ plane: PlaneCalibration?, most: Int = .max) -> JSONValue {
        switch self {
        case .detections(let detections): JSONValue(detections.prefix(most).map { $0.json(plane) })
        case .classes(let classes): JSONValue(classes.prefix(most).map(\.json))
        }
    }
}

extension Set<ViewFault> {
    /// Their names in a fixed order.
    fileprivate var json: JSONValue { JSONValue(map(\.rawValue).sorted().map { JSONValue($0) }) }
}

extension Detection {
    fileprivate func json(_ plane: PlaneCalibration?) -> JSONValue {
        var members = [
            JSONMember("label", JSONValue(label)), JSONMember("class", JSONValue(classIndex)),
            JSONMember("score", JSONValue(score)), JSONMember("box", box.json),
        ]
        if let size = plane?.millimetres(of: box) { members.append(JSONMember("mm", size.json)) }
        return JSONValue(.object(members))
    }
}

extension Track {
    fileprivate func json(_ plane: PlaneCalibration?, _ place: TrackPlace? = nil) -> JSONValue {
        var members = [
            JSONMember("id", JSONValue(id)), JSONMember("label", JSONValue(label)),
            JSONMember("class", JSONValue(classIndex)), JSONMember("score", JSONValue(score)),
            JSONMember("box", box.json),
        ]
        if let size = plane?.millimetres(of: box) { members.append(JSONMember("mm", size.json)) }
        if let position = place?.position {
            members.append(JSONMember("position", position.json(warning: place?.remark)))
        } else if let remark = place?.remark {
            members.append(JSONMember("no_position", JSONValue(remark)))
        }
        members.append(JSONMember("first_seen", JSONValue(rounded(firstSeen, 1e6))))
        members.append(JSONMember("last_seen", JSONValue(rounded(lastSeen, 1e6))))
        return JSONValue(.object(members))
    }
}

extension Millimetres {
    /// To the ten-thousandth: pixels of microscopes are no smaller.
    fileprivate var json: JSONValue {
        [
            "width": JSONValue(rounded(width, 1e4)), "height": JSONValue(rounded(height, 1e4)),
            "place": [JSONValue(rounded(place.x, 1e4)), JSONValue(rounded(place.y, 1e4))],
        ]
    }
}

extension TrackEvent.Kind {
    fileprivate var name: String {
        switch self {
        case .appeared: "appeared"
        case .updated: "updated"
        case .left: "left"
        }
    }
}

extension Box {
    fileprivate var json: JSONValue {
        ["x": JSONValue(x), "y": JSONValue(y), "width": JSONValue(width), "height": JSONValue(height)]
    }
}

extension Classification {
    fileprivate var json: JSONValue {
        ["label": JSONValue(label), "class": JSONValue(classIndex), "score": JSONValue(score)]
    }
}

private func rounded(_ value: Double, _ steps: Double) -> Double { (value * steps).rounded() / steps }
