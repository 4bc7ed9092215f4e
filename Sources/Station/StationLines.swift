// What a station learns, a line each.
import JSON
import Link

extension StationReceiver.Learnt {
    /// Repeated packets tell nothing new, and what is only for the station tells nothing to people.
    public var isWorthTelling: Bool {
        switch report {
        case .track, .gone, .event, .part, .clock, .chip, .object: isNew
        case .update, .pose, .context, .other, .unreadable: true
        case .unknown, .wish: false
        }
    }

    /// A WebP file, and what people may call it; `nil` where it is no picture.
    public var picture: (name: String, file: [UInt8])? {
        switch report {
        case .chip(let track, let file): return ("track-\(track)-level-0", file)
        case .object(let object, let number, let bytes) where object.isPicture:
            guard let file = BareWebP.file(bytes, width: object.width, height: object.height) else { return nil }
            return (object.kind == .chip ? "track-\(number)-level-\(object.level)" : "camera-\(number)", file)
        default: return nil
        }
    }

    public var json: JSONValue {
        var members = [JSONMember("sender", JSONValue(sender))]
        switch report {
        case .track(let track, _): members += [JSONMember("track", JSONValue(track.number))] + track.members
        case .update(let track): members += [JSONMember("update", JSONValue(track.number))] + track.members
        case .gone(let number, let reason, _):
            members += [JSONMember("gone", JSONValue(number)), JSONMember("reason", JSONValue("\(reason)"))]
        case .event(let number, let rule, let track, _):
            members += [
                JSONMember("event", JSONValue(number)), JSONMember("rule", JSONValue(rule)),
                JSONMember("track", JSONValue(track)),
            ]
        case .part(let part, _):
            members += [
                JSONMember("part", JSONValue(part.number)), JSONMember("good", JSONValue(part.isGood)),
                JSONMember("inspected", JSONValue(part.wasInspected)),
            ]
        case .pose(let pose): members += [JSONMember("pose", JSONValue(pose.camera))] + pose.members
        case .context(let record): members.append(JSONMember("told", Record.context(record).json))
        case .clock(let epoch, let record):
            members += [JSONMember("epoch", JSONValue(Int(epoch))), JSONMember("told", Record.clock(record).json)]
        case .chip(let track, let file):
            members += [
                JSONMember("picture", JSONValue(track)), JSONMember("level", JSONValue(0)),
                JSONMember("bytes", JSONValue(file.count)),
            ]
        case .object(let object, let number, let bytes):
            switch object.kind {
            case .chip:
                members += [JSONMember("picture", JSONValue(number)), JSONMember("level", JSONValue(object.level))]
            case .scene: members.append(JSONMember("scene", JSONValue(number)))
            case .names: members.append(JSONMember("object", JSONValue("\(object.kind)")))
            }
            members.append(JSONMember("bytes", JSONValue(bytes.count)))
        case .other(let record): members.append(JSONMember("told", record.json))
        case .unknown(let number): members.append(JSONMember("unknown", JSONValue(number)))
        case .wish: break
        case .unreadable(let error): members.append(JSONMember("unreadable", JSONValue("\(error)")))
        }
        if let time = report.time {
            members += [
                JSONMember("epoch", JSONValue(Int(time.epoch))), JSONMember("ms", JSONValue(time.milliseconds)),
                JSONMember("utc_ms", utc.map { JSONValue($0) } ?? JSONValue(.null)),
            ]
        }
        return JSONValue(.object(members))
    }

    /// For people.
    public var text: String {
        let when = utc.map { " at \($0 / 1000)" } ?? (report.time == nil ? "" : " at a time that is not known")
        return switch report {
        case .track(let track, _): "\(sender): track \(track.number) is new\(track.place)\(when)"
        case .update(let track): "\(sender): track \(track.number)\(track.place)\(when)"
        case .gone(let number, let reason, _): "\(sender): track \(number) is gone (\(reason))\(when)"
        case .event(let number, let rule, let track, _):
            "\(sender): alert \(number): rule \(rule) fits track \(track)\(when)"
        case .part(let part, _): "\(sender): part \(part.number) \(part.isGood ? "passes" : "fails")\(when)"
        case .pose(let pose): "\(sender): camera \(pose.camera) is\(pose.text)\(when)"
        case .context: "\(sender): tells of its camera, area and model"
        case .clock: "\(sender): tells the time"
        case .chip(let track, let file): "\(sender): a picture of track \(track), \(file.count) bytes"
        case .object(let object, let number, let bytes):
            switch object.kind {
            case .chip: "\(sender): a larger picture of track \(number), \(bytes.count) bytes"
            case .scene: "\(sender): what camera \(number) sees, \(bytes.count) bytes"
            case .names: "\(sender): \(object.kind), \(bytes.count) bytes"
            }
        case .other(.text(let told)): "\(sender): \(told.text)"
        case .wish: "\(sender): something is missing"
        case .other(let record): "\(sender): \(record.json.text)"
        case .unknown(let number): "\(sender): track \(number) is not known"
        case .unreadable(let error): "\(sender): \(error)"
        }
    }
}

extension StationReceiver.PairingChange {
    /// For people.
    public var text: String {
        switch kind {
        case .added: "\(sender): is paired"
        case .rotated: "\(sender): has another secret; the one before opens packets until the next rotation"
        case .revoked: "\(sender): was revoked, and its packets are refused"
        case .removed: "\(sender): is paired no more"
        }
    }
}

extension ReceivedTrack {
    fileprivate var members: [JSONMember] {
        var members = [JSONMember("class", JSONValue(objectClass)), JSONMember("camera", JSONValue(camera))]
        if let confidence { members.append(JSONMember("confidence", JSONValue(confidence))) }
        if let position {
            members += [
                JSONMember("latitude", JSONValue(position.place.latitude)),
                JSONMember("longitude", JSONValue(position.place.longitude)),
                JSONMember("height", position.height.map { JSONValue($0) } ?? JSONValue(.null)),
                // `null`: more than can be told.
                JSONMember("error", JSONValue(position.error)),
            ]
        }
        return members
    }

    fileprivate var place: String {
        position.map { " at \($0.place.latitude) \($0.place.longitude)" } ?? ""
    }
}

extension ReceivedPose {
    fileprivate var members: [JSONMember] {
        [
            JSONMember("latitude", JSONValue(place.latitude)), JSONMember("longitude", JSONValue(place.longitude)),
            JSONMember("height", height.map { JSONValue($0) } ?? JSONValue(.null)),
            JSONMember("yaw", JSONValue(yaw)), JSONMember("pitch", JSONValue(pitch)),
            JSONMember("view", view.map { JSONValue($0) } ?? JSONValue(.null)),
        ]
    }

    fileprivate var text: String {
        let high = height.map { ", \(Int($0)) m high," } ?? ""
        return " at \(place.latitude) \(place.longitude)\(high) and looks to \(Int(yaw.rounded())) degrees"
    }
}

extension StationReceiver.Counts {
    /// For people.
    public var text: String {
        let parts = PacketRefusal.allCases.compactMap { refusal in
            refused[refusal].map { "\($0) \(refusal.rawValue)" }
        }
        let others = elsewhere > 0 ? ["\(elsewhere) of senders of other stations"] : []
        return (["\(taken) packets taken"] + others + parts).joined(separator: ", ")
    }
}
