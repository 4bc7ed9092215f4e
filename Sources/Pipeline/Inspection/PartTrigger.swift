// Which frames show a part.
import Imaging
import Signals
import Vision

/// Tells the frame that a part is to be looked at on. For one thread at a time.
final class PartTrigger {
    private enum Kind {
        case frame
        case gpio(GPIOInput, delay: UInt64)
        case motion(PartPresence)
    }

    private let kind: Kind
    private var number: Int
    /// Noticed, and no frame has shown them yet.
    private var waiting: [Part] = []

    /// What a frame is to the parts.
    struct Ruling {
        /// The part that it shows.
        var part: Part?
        /// Parts that no frame will show any more.
        var missed: [Part] = []
    }

    /// Nanoseconds after which no frame of a part is expected any more.
    private static let patience: UInt64 = 1_000_000_000

    /// - Parameter first: the number of the first part.
    /// - Throws: `SignalError` where the line of a light barrier cannot be had.
    init(_ trigger: InspectionConfiguration.Trigger, first: Int) throws(SignalError) {
        number = first
        switch trigger {
        case .frame: kind = .frame
        case .gpio(let request, let edge, let delay): kind = .gpio(try GPIOInput(request, edge: edge), delay: delay)
        case .motion(let area): kind = .motion(PartPresence(area: area))
        }
    }

    private func next(at time: UInt64) -> Part {
        defer { number += 1 }
        return Part(number: number, triggered: time)
    }

    /// Judges a frame that was taken at `time`, in nanoseconds of the monotonic clock.
    ///
    /// - Parameter range: the words that are black and white, of pictures with more than 8 bits.
    func ruling(on picture: RawPicture, range: ClosedRange<UInt16>?, time: UInt64) throws -> Ruling {
        switch kind {
        case .frame: return Ruling(part: next(at: time))
        case .motion(let presence):
            switch try presence.sighting(in: picture, range: range) {
            case .nothing: return Ruling()
            case .part: return Ruling(part: next(at: time))
            case .missed: return Ruling(missed: [next(at: time)])
            }
        case .gpio(let input, let delay):
            try collect(input)
            var ruling = Ruling()
            // One frame cannot stand for two parts: it shows the one that was noticed last.
            while let part = waiting.first, part.triggered &+ delay <= time {
                if let earlier = ruling.part { ruling.missed.append(earlier) }
                ruling.part = part
                waiting.removeFirst()
            }
            return ruling
        }
    }

    /// The part that a frame without a picture, taken at `time`, would have shown.
    func unseen(time: UInt64) -> Part? {
        // With another trigger a later frame shows it.
        if case .frame = kind { next(at: time) } else { nil }
    }

    /// The parts that were noticed so long before `time` that no frame will show them: cameras that give none miss parts too.
    func missed(at time: UInt64) throws(SignalError) -> [Part] {
        guard case .gpio(let input, let delay) = kind else { return [] }
        try collect(input)
        let count = waiting.prefix { $0.triggered &+ delay &+ Self.patience < time }.count
        defer { waiting.removeFirst(count) }
        return Array(waiting.prefix(count))
    }

    private func collect(_ input: GPIOInput) throws(SignalError) {
        for time in try input.edges() { waiting.append(next(at: time)) }
    }
}
