// What must arrive.

/// Something that happened and is told until somebody has it: never put together with others, never dropped.
public struct Alert: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// A rule fits a track.
        case rule(Int, track: Int)
        case part(number: Int, isGood: Bool, wasInspected: Bool, reason: Int?)
        /// A track will not be seen any more.
        case gone(track: Int, GoneRecord.Reason)
    }

    /// Counts a sender's alerts, over all its epochs.
    public var number: Int
    public var kind: Kind
    /// When it happened.
    public var happened: LinkTime

    public init(number: Int, _ kind: Kind, happened: LinkTime) {
        (self.number, self.kind, self.happened) = (number, kind, happened)
    }

    /// What is told first where a link carries less than there is, and given up last.
    enum Importance: Int, CaseIterable, Comparable {
        case gone, goodPart, alarm

        static func < (a: Importance, b: Importance) -> Bool { a.rawValue < b.rawValue }
    }

    var importance: Importance {
        switch kind {
        case .gone: .gone
        case .part(_, let isGood, _, _): isGood ? .goodPart : .alarm
        case .rule: .alarm
        }
    }

    /// The track that it is about; `nil`: none.
    var track: Int? {
        switch kind {
        case .rule(_, let track), .gone(let track, _): track
        case .part: nil
        }
    }

    func record(age: Age) -> Record {
        switch kind {
        case .rule(let rule, let track):
            .event(EventRecord(number: number, rule: rule, track: TrackTag(of: track), age: age))
        case .part(let part, let isGood, let wasInspected, let reason):
            .part(PartRecord(number: part, isGood: isGood, wasInspected: wasInspected, reason: reason, age: age))
        case .gone(let track, let reason): .gone(GoneRecord(track: TrackTag(of: track), reason: reason, age: age))
        }
    }
}

/// A time of a sender's own count.
public struct LinkTime: Hashable, Sendable, Comparable {
    public var epoch: UInt32
    /// Since the epoch began.
    public var milliseconds: Int

    public init(epoch: UInt32, milliseconds: Int) { (self.epoch, self.milliseconds) = (epoch, milliseconds) }

    public static func < (a: LinkTime, b: LinkTime) -> Bool { (a.epoch, a.milliseconds) < (b.epoch, b.milliseconds) }
}
