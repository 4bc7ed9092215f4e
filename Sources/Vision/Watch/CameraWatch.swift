// A watch over what a camera shows.
import Imaging

/// Tells when a camera is blind or looks elsewhere, from its pictures alone. Not for several threads at once.
///
/// Two looks a second, each O(pixels of a picture 640 wide); sharpness and place are compared with what was usual in the first faultless
/// seconds. A fault is told when it has lasted for `patience`, and forgotten when it has been gone as long.
public final class CameraWatch {
    /// What is wrong now.
    public private(set) var faults: Set<ViewFault> = []
    private let options: WatchOptions
    private let reducer = GreyReducer()
    private var lastLook: Double?
    private var last: GreyPicture?
    /// Since when each fault has been seen, or has been gone.
    private var changes: [ViewFault: Double] = [:]
    private var usual = UsualView()

    public init(_ options: WatchOptions = WatchOptions()) { self.options = options }

    /// Looks at a picture if it is time to. `time`: seconds of a clock that only goes on, when it was taken.
    ///
    /// - Parameter range: the words that are black and white, of pictures with more than 8 bits.
    /// - Returns: what is wrong now; a picture of too few pixels to judge changes nothing.
    /// - Throws: `ImageError` for a picture that cannot be converted.
    @discardableResult
    public func look(
        at picture: RawPicture, time: Double, range: ClosedRange<UInt16>? = nil
    ) throws(ImageError) -> Set<ViewFault> {
        if let lastLook, time >= lastLook, time - lastLook < options.interval { return faults }
        lastLook = time
        guard let grey = try reducer.reduced(picture, range: range) else { return faults }
        let seen = seen(in: grey, time: time)
        last = grey
        for fault in ViewFault.allCases {
            guard seen.contains(fault) != faults.contains(fault) else {
                changes[fault] = nil
                continue
            }
            let since = changes[fault] ?? time
            changes[fault] = since
            guard time - since >= options.patience else { continue }
            faults.formSymmetricDifference([fault])
            changes[fault] = nil
        }
        return faults
    }

    /// What this picture alone shows to be wrong.
    private func seen(in grey: GreyPicture, time: Double) -> Set<ViewFault> {
        let figures = ViewFigures(grey)
        lazy var place = ViewPlace(grey)
        var seen: Set<ViewFault> = []
        if figures.bright < Self.darkest {
            seen.insert(.dark)
        } else if figures.burnt > Self.mostBurnt {
            seen.insert(.overexposed)
        } else if usual.isEmptied(figures) {
            seen.insert(.covered)
        } else if usual.isBlurred(figures) {
            seen.insert(.blurred)
        } else if options.standsStill, usual.isMoved(place) {
            seen.insert(.moved)
        }
        // All black or all white, a live picture stays the same too.
        if grey == last, seen.isDisjoint(with: [.dark, .overexposed]) { seen.insert(.frozen) }
        if seen.isEmpty { usual.learn(figures, place, time: time, for: options.learning) }
        return seen
    }

    private static let darkest = 24
    private static let mostBurnt = 0.5
}

/// What a camera's pictures are like while nothing is wrong.
private struct UsualView {
    private var start: Double?
    private var isLearnt = false
    private var sharpness: [Double] = []
    private var structures: [Double] = []
    private var contrasts: [Double] = []
    private var likeness: [Float] = []
    private var place: ViewPlace?
    /// Medians of what was learnt.
    private var usualSharpness = 0.0
    private var usualStructure = 0.0
    private var usualContrast = 0.0
    private var usualLikeness: Float = 0

    /// Below this share of what is usual something is wrong.
    private static let leastShare = 0.4
    /// Blurred whatever is usual: edges smeared over a dozen pixels.
    private static let leastSharpness = 0.03
    /// Structure from which a view without any is a fault.
    private static let rich = 2 * ViewFigures.leastStructure
    /// Deviations of grey levels: of a cap over the lens, and of shapes that must have edges if they are in focus.
    private static let flat = 5.0
    private static let shaped = 20.0
    /// What a view must have in common with itself, from look to look, before movement can be told at all.
    private static let leastLikeness: Float = 0.5
    /// How much better a shifted view must fit than one in place.
    private static let clearly: Float = 0.15
    /// So that the sun and parked cars are followed in minutes and a push is not.
    private static let following: Float = 0.005

    mutating func learn(_ figures: ViewFigures, _ place: ViewPlace, time: Double, for duration: Double) {
        guard !isLearnt else {
            self.place?.follow(place, by: Self.following)
            return
        }
        let start = self.start ?? time
        self.start = start
        if let value = figures.sharpness { sharpness.append(value) }
        structures.append(figures.structure)
        contrasts.append(figures.contrast)
        if let known = self.place { likeness.append(known.likeness(to: place)) }
        self.place?.follow(place, by: 1 / Float(structures.count))
        if self.place == nil { self.place = place }
        guard time - start >= duration else { return }
        isLearnt = true
        usualSharpness = Self.median(sharpness)
        usualStructure = Self.median(structures)
        usualContrast = Self.median(contrasts)
        usualLikeness = Self.median(likeness)
    }

    /// No structure, and no large shapes either.
    func isEmptied(_ figures: ViewFigures) -> Bool {
        guard figures.sharpness == nil else { return false }
        return figures.contrast < Self.flat
            || isLearnt && usualStructure >= Self.rich && figures.contrast < 0.5 * usualContrast
    }

    /// Fine structure is gone, large shapes are not.
    func isBlurred(_ figures: ViewFigures) -> Bool {
        guard let sharpness = figures.sharpness else {
            return figures.contrast > Self.shaped || isLearnt && usualStructure >= Self.rich
        }
        return sharpness < Self.leastSharpness || isLearnt && sharpness < Self.leastShare * usualSharpness
    }

    func isMoved(_ now: ViewPlace) -> Bool {
        guard isLearnt, usualLikeness >= Self.leastLikeness, let place else { return false }
        let still = place.likeness(to: now)
        guard still < usualLikeness - Self.clearly else { return false }
        let best = now.bestShift(to: place)
        let isShifted = best.likeness > still + Self.clearly && (best.right != 0 || best.down != 0)
        return isShifted || still < Float(Self.leastShare) * usualLikeness
    }

    private static func median<Value: BinaryFloatingPoint>(_ values: [Value]) -> Value {
        values.isEmpty ? 0 : values.sorted()[values.count / 2]
    }
}
