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
    var units = 0
    /// Fewest units that are worth a thread's while, as far as that is known before the step has run; see `StepSharing`.
    var grain = 1
    public let multiplyAccumulates: Int
    var body: Body = { _, _ in }
    /// How the step can be changed, if at all.
    var form: (any StepForm)?
    /// Whether what it does is still to be made by its form, as it is after the last change.
    var awaitsForm = false

    /// Computes the units of a range.
    typealias Body = @Sendable (Memory, Range<Int>) -> Void
}
