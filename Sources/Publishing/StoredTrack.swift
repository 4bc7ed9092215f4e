// An object as everybody may know it.
import Database
import Link

/// An object that a camera's tracker follows, or followed until lately. Times are milliseconds of the store's clock.
public struct StoredTrack: Sendable {
    /// Of all objects that this installation ever followed, over its restarts: no other has it.
    public let number: Int
    /// The camera's name.
    public let source: String
    public internal(set) var label: String
    public internal(set) var sighting: TrackSighting
    public let firstSeen: Int
    public internal(set) var lastSeen: Int
    /// Why it will not be seen any more; `nil` as long as it may.
    public internal(set) var end: GoneRecord.Reason?
}

/// Something that happened. It is never put together with others.
public struct StoredEvent: Sendable {
    public enum Kind: Sendable {
        /// A rule fits an object, as it was seen then.
        case rule(Int, name: String, StoredTrack)
        case gone(StoredTrack, GoneRecord.Reason)
        case part(StoredPart)
    }

    /// Of all events of this installation, over its restarts.
    public let number: Int
    /// Milliseconds of the store's clock.
    public let time: Int
    /// The camera's name.
    public let source: String
    public let kind: Kind
}

/// A part with its verdict.
public struct StoredPart: Sendable {
    public let number: Int
    public let serial: String
    public let isGood: Bool
    public let wasInspected: Bool
    /// The worst first.
    public let reasons: [String]

    public init(number: Int, serial: String, isGood: Bool, wasInspected: Bool, reasons: [String]) {
        (self.number, self.serial, self.isGood) = (number, serial, isGood)
        (self.wasInspected, self.reasons) = (wasInspected, reasons)
    }
}

/// What has changed since a reader asked last.
public struct StoreChanges: Sendable {
    /// As they are now, by number; how often they changed since is not told.
    public var tracks: [StoredTrack] = []
    /// All, in their order.
    public var events: [StoredEvent] = []
    /// Events that were given up: this reader was too slow, or there was no number for them.
    public var missed = 0
    public var health: [CameraHealth] = []
    /// Where it is now, where there is one.
    public var vehicle: StoredVehicle?
    /// Names that numbers stand for, where they are others now.
    public var names: NameTables?
    /// Why no more running numbers can be reserved.
    public var failure: DatabaseError?

    public init() {}
}
