// A track as a receiver knows it.

/// What is known of a sender's track.
public struct ReceivedTrack: Hashable, Sendable {
    /// The sender's running number.
    public let number: Int
    public let camera: Int
    public internal(set) var objectClass: Int
    public internal(set) var confidence: Double?
    public internal(set) var box: PictureBox?
    public internal(set) var position: GroundPosition?
    public internal(set) var seen: LinkTime
    /// When it was heard of last, by the sender's count.
    public internal(set) var told: LinkTime
    /// What an update may stand on.
    var grid: GridSighting?
    /// When its position's ellipse was told last, by the sender's count.
    var ellipseTold: LinkTime?
}

/// A place on a context's grid, and when that was told.
struct GridSighting: Hashable {
    let place: GridPlace
    let at: LinkTime
    let context: Int
}

/// Where a sender's camera was and where it looked.
public struct ReceivedPose: Hashable, Sendable {
    public let camera: Int
    public let place: EarthPlace
    /// Metres above the datum; `nil` where it is not known.
    public let height: Double?
    public let datum: Area.Datum
    /// Degrees from north over east, and up from the horizon.
    public let yaw: Double
    public let pitch: Double
    /// Degrees from the left to the right of the picture; `nil` where that is not known.
    public let view: Double?
    public let seen: LinkTime
}

/// What a receiver learnt from a packet.
public enum Report: Hashable, Sendable {
    /// A track that was not known, or that is told whole again.
    case track(ReceivedTrack, isNew: Bool)
    /// A track's place, or the ellipse of it.
    case update(ReceivedTrack)
    case gone(number: Int, reason: GoneRecord.Reason, at: LinkTime)
    /// An update of a track whose place is not known: ask for it.
    case unknown(number: Int)
    case event(number: Int, rule: Int, track: Int, at: LinkTime)
    case part(PartRecord, at: LinkTime)
    case pose(ReceivedPose)
    case context(ContextRecord)
    /// An epoch has its time.
    case clock(epoch: UInt32, ClockRecord)
    /// A first look at a track: a WebP file.
    case chip(track: Int, file: [UInt8])
    /// An object that is whole now. `track`: the running number of what it is about.
    case object(ObjectRecord, track: Int, bytes: [UInt8])
    /// The receiver needs this to go on.
    case wish(RequestRecord)
    case other(Record)
    /// The packet has more, which cannot be read: of a later version, or broken by its sender.
    case unreadable(LinkError)
}
