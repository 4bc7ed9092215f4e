import Graphs

/// One kernel call of a program, which can be cut into independent units.
public struct Step: Sendable {
    /// What runs, in a few words: `conv 3x3 s2 int8`.
    public var kind: String
    /// The node of the model file that it computes.
    public let origin: Node.Origin
    public var reads: [Buffer]
    public var writes: [Buffer]
    /// Parts that do not depend on each other; any split of them between threads gives the same bits.
    var units: Int
    /// Fewest units that are worth a thread's while, as far as that is known before the step has run; see `StepSharing`.
    var grain: Int
    public let multiplyAccumulates: Int
    var body: Body
    /// How the step can be changed, if at all.
    var form: (any StepForm)?

    /// Computes the units of a range.
    typealias Body = @Sendable (Memory, Range<Int>) -> Void
}
