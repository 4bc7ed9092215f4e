import Graphs

/// One kernel call of a program, which can be cut into independent units.
public struct Step: Sendable {
    /// What runs, in a few words: `conv 3x3 s2 int8`.
    public let kind: String
    /// The node of the model file that it computes.
    public let origin: Node.Origin
    public let reads: [Buffer]
    public let writes: [Buffer]
    /// Parts that do not depend on each other; any split of them between threads gives the same bits.
    let units: Int
    /// Fewest units that are worth a thread's while, as far as that is known before the step has run; see `StepSharing`.
    let grain: Int
    public let multiplyAccumulates: Int
    let body: Body

    /// Computes the units of a range.
    typealias Body = @Sendable (Memory, Range<Int>) -> Void
}
