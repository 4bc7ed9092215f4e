// What people with TAK see: who or what is where, and until when that holds.

/// One event of Cursor on Target, schema 2.0. Times are milliseconds since 1970 (UTC).
public struct CoTEvent: Hashable, Sendable {
    /// The same for all that is told of one thing.
    public var uid: String
    public var type: CoTType
    public var how: How
    /// When this was told.
    public var time: Int
    /// From when on it holds.
    public var start: Int
    /// Until when it holds.
    public var stale: Int
    public var point: CoTPoint
    /// What people call it.
    public var contact: Contact?
    public var remarks: String?
    public var track: Track?
    public var links: [Link] = []
    public var sensor: Sensor?
    public var image: Image?
    /// Other elements of the detail.
    public var others: [XMLElement] = []

    public init(
        uid: String, type: CoTType, how: How = .machine, time: Int, start: Int? = nil, stale: Int, point: CoTPoint
    ) {
        (self.uid, self.type, self.how, self.point) = (uid, type, how, point)
        (self.time, self.start, self.stale) = (time, start ?? time, stale)
    }

    /// How somebody knows.
    public struct How: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A machine has found it out.
        public static let machine = How(rawValue: "m-g")
        /// A person has told it.
        public static let human = How(rawValue: "h-e")
    }

    public struct Contact: Hashable, Sendable {
        public var callsign: String
        /// `HOST:PORT:PROTOCOL`, or `*:-1:stcp` for one behind a server.
        public var endpoint: String?

        public init(callsign: String, endpoint: String? = nil) { (self.callsign, self.endpoint) = (callsign, endpoint) }
    }

    /// How it moves.
    public struct Track: Hashable, Sendable {
        /// Metres per second.
        public var speed: Double?
        /// Degrees from true north.
        public var course: Double?

        public init(speed: Double?, course: Double?) { (self.speed, self.course) = (speed, course) }
    }

    /// What it belongs to.
    public struct Link: Hashable, Sendable {
        public var uid: String
        public var type: CoTType?
        /// `p-p`: the other is its parent.
        public var relation: String

        public init(uid: String, type: CoTType?, relation: String = "p-p") {
            (self.uid, self.type, self.relation) = (uid, type, relation)
        }
    }

    /// Where a camera looks. Angles in degrees, ranges in metres.
    public struct Sensor: Hashable, Sendable {
        /// From true north.
        public var azimuth: Double?
        /// Above the horizon.
        public var elevation: Double?
        public var roll: Double?
        /// From the left to the right.
        public var view: Double?
        /// From the top to the bottom.
        public var verticalView: Double?
        public var range: Double?
        public var model: String?

        public init(
            azimuth: Double? = nil, elevation: Double? = nil, roll: Double? = nil, view: Double? = nil,
            verticalView: Double? = nil, range: Double? = nil, model: String? = nil
        ) {
            (self.azimuth, self.elevation, self.roll, self.view) = (azimuth, elevation, roll, view)
            (self.verticalView, self.range, self.model) = (verticalView, range, model)
        }
    }

    /// A picture as it stands in a file.
    public struct Image: Hashable, Sendable {
        public var bytes: [UInt8]
        /// `image/jpeg`.
        public var mediaType: String
        /// Pixels.
        public var width: Int?
        public var height: Int?

        public init(bytes: [UInt8], mediaType: String, width: Int? = nil, height: Int? = nil) {
            (self.bytes, self.mediaType, self.width, self.height) = (bytes, mediaType, width, height)
        }
    }

    /// A picture of something as its own event: tablets that get it inside of another one forget when that is stale.
    public static func picture(_ image: Image, uid: String, of parent: CoTEvent, time: Int, stale: Int) -> CoTEvent {
        var event = CoTEvent(uid: uid, type: .image, time: time, stale: stale, point: parent.point)
        event.links = [Link(uid: parent.uid, type: parent.type)]
        event.image = image
        return event
    }

    /// Takes something off the maps.
    public static func deletion(of deleted: String, type: CoTType?, uid: String, time: Int) -> CoTEvent {
        var event = CoTEvent(uid: uid, type: .deletion, time: time, stale: time + 20_000, point: .nowhere)
        event.links = [Link(uid: deleted, type: type)]
        event.others = [XMLElement("__forcedelete")]
        return event
    }
}

/// What something is: a code of CoT, whose first letter is `a` for things, `b` for information and `t` for tasks.
public struct CoTType: RawRepresentable, Hashable, Sendable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// On the ground, not known whose: what was found and nobody has confirmed yet.
    public static let unknownGround = CoTType(rawValue: "a-u-G")
    /// Own people on the ground.
    public static let friendlyUnit = CoTType(rawValue: "a-f-G-U-C")
    /// An own drone with rotors, and one with wings, as ATAK's UAS Tool has them.
    public static let friendlyDrone = CoTType(rawValue: "a-f-A-M-H-Q")
    public static let friendlyWing = CoTType(rawValue: "a-f-A-M-F-Q")
    /// An own vehicle on the ground, and on the water.
    public static let friendlyVehicle = CoTType(rawValue: "a-f-G-E-V")
    public static let friendlyBoat = CoTType(rawValue: "a-f-S")
    /// Where a camera looks.
    public static let sensorPoint = CoTType(rawValue: "b-m-p-s-p-i")
    public static let spotMarker = CoTType(rawValue: "b-m-p-s-m")
    public static let image = CoTType(rawValue: "b-i-x-i")
    public static let casualtyEvacuation = CoTType(rawValue: "b-r-f-h-c")
    public static let alarm = CoTType(rawValue: "b-a-o-tbl")
    public static let deletion = CoTType(rawValue: "t-x-d-d")
    /// A sign of life, and its answer.
    public static let ping = CoTType(rawValue: "t-x-c-t")
    public static let pong = CoTType(rawValue: "t-x-c-t-r")
    /// Which versions of the protocol a server speaks, what a client asks for, and the answer.
    public static let protocolSupport = CoTType(rawValue: "t-x-takp-v")
    public static let protocolRequest = CoTType(rawValue: "t-x-takp-q")
    public static let protocolResponse = CoTType(rawValue: "t-x-takp-r")
}

/// A place on the earth by WGS 84.
public struct CoTPoint: Hashable, Sendable {
    /// Degrees north and east.
    public let latitude: Double
    public let longitude: Double
    /// Metres above the ellipsoid; `nil` for unknown, as of the others.
    public let height: Double?
    /// Metres around the point within which the thing is.
    public let circularError: Double?
    /// Metres above and below.
    public let linearError: Double?

    /// - Returns: `nil` for no place on the earth.
    public init?(
        latitude: Double, longitude: Double, height: Double? = nil, circularError: Double? = nil,
        linearError: Double? = nil
    ) {
        guard abs(latitude) <= 90, abs(longitude) <= 180 else { return nil }
        (self.latitude, self.longitude) = (latitude, longitude)
        self.height = Self.known(height)
        self.circularError = Self.known(circularError).map(abs)
        self.linearError = Self.known(linearError).map(abs)
    }

    private init() {
        (latitude, longitude, height, circularError, linearError) = (0, 0, nil, nil, nil)
    }

    /// Of events that are about no place.
    public static let nowhere = CoTPoint()

    /// How unknown numbers are written.
    static let unknown = 9_999_999.0

    private static func known(_ value: Double?) -> Double? {
        guard let value, abs(value) < unknown else { return nil }
        return value
    }
}
