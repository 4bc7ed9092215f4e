// What the synthetic camera is to draw, and how it is to fail.

/// A camera that is drawn: the same request gives the same bytes on every machine.
public struct SyntheticRequest: Hashable, Sendable {
    public var format: FourCC
    public var width: Int
    public var height: Int
    /// Frames a second.
    public var rate: Double
    public var seed: UInt64
    /// Things that move over the ground.
    public var objects: Int
    /// Frames after which it ends; `nil`: never.
    public var frames: Int?
    public var faults: [SyntheticFault]

    public init(
        format: FourCC = "YUYV", width: Int = 640, height: Int = 480, rate: Double = 30, seed: UInt64 = 1,
        objects: Int = 3, frames: Int? = nil, faults: [SyntheticFault] = []
    ) {
        self.format = format
        self.width = width
        self.height = height
        self.rate = rate
        self.seed = seed
        self.objects = objects
        self.frames = frames
        self.faults = faults
    }

    static let name = "synthetic"
    static let mostObjects = 1000

    /// Reads `synthetic:seed=7,objects=5,frames=900,dark=100-199,drop=300`: `seed`, `objects` and `frames` once, faults as often as wanted, each with
    /// the first and the last of its frames, counted from 0.
    ///
    /// - Throws: `CaptureError.unsupported` for words that mean nothing.
    init(_ text: String, _ settings: SourceSettings) throws(CaptureError) {
        self.init()
        format = settings.format ?? format
        width = settings.width ?? width
        height = settings.height ?? height
        rate = settings.rate ?? rate
        for word in text.dropFirst(Self.name.count + 1).split(separator: ",") {
            let parts = word.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, take(parts[0], parts[1]) else {
                let faults = SyntheticFault.Kind.allCases.map { "\($0.rawValue)=FIRST-LAST" }.joined(separator: ", ")
                throw .unsupported(text, reason: "'\(word)' is none of seed=N, objects=N, frames=N, \(faults)")
            }
        }
    }

    private mutating func take(_ key: Substring, _ value: Substring) -> Bool {
        let number = Int(value)
        switch key {
        case "seed":
            guard let value = UInt64(value) else { return false }
            seed = value
        case "objects":
            guard let number, (0...Self.mostObjects).contains(number) else { return false }
            objects = number
        case "frames":
            guard let number, number > 0 else { return false }
            frames = number
        default:
            let ends = value.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard let kind = SyntheticFault.Kind(rawValue: String(key)), let first = ends[0],
                let last = ends.count == 1 ? first : ends[1], ends.count <= 2, 0 <= first, first <= last,
                last < 1 << 40
            else { return false }
            faults.append(SyntheticFault(kind, first..<last + 1))
        }
        return true
    }
}

/// Something that goes wrong with some of the synthetic camera's frames.
public struct SyntheticFault: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        /// Next to no light.
        case dark
        /// The first of these frames again and again, to the last bit.
        case frozen
        /// Nothing comes.
        case stall
        /// Lost on the way: gaps in the count.
        case drop
        /// Only the first half of the bytes arrives, and nobody says so.
        case cut
    }

    public var kind: Kind
    /// Numbers of frames, from 0.
    public var frames: Range<Int>

    public init(_ kind: Kind, _ frames: Range<Int>) {
        self.kind = kind
        self.frames = frames
    }
}
