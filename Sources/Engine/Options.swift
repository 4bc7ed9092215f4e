/// How a model is to be prepared and run.
public struct Options: Sendable, Hashable {
    public var arithmetic: Arithmetic
    /// Threads that share the work of one run, the caller's included. The result does not depend on it.
    public var threads: Int
    public var instructionSet: InstructionSet
    /// Keeps every intermediate value in memory of its own and fuses nothing, so that a trace can show each operator's result.
    public var keepsEveryValue: Bool
    /// How long the other threads wait actively for more work before they sleep, in microseconds.
    ///
    /// They are at hand at once for the next run within this time; later ones first wake them, which takes some 50 microseconds.
    /// 0 saves the most power and suits machines with fewer free cores than threads.
    public var spinMicroseconds: Int
    /// Where packed weights are kept from one run to the next; `nil` packs them each time.
    public var weightCache: WeightCache?
    /// Bytes of a core's second cache, in place of the machine's own.
    var secondCacheBytes: Int?

    public init(
        arithmetic: Arithmetic = .fast, threads: Int = 1, instructionSet: InstructionSet = .best,
        keepsEveryValue: Bool = false, spinMicroseconds: Int = 200,
        weightCache: WeightCache? = nil
    ) {
        self.arithmetic = arithmetic
        self.threads = max(1, min(threads, 256))
        self.instructionSet = instructionSet
        self.keepsEveryValue = keepsEveryValue
        self.weightCache = weightCache
        self.spinMicroseconds = max(0, min(spinMicroseconds, 1_000_000))
    }
}

/// How integer layers round.
public enum Arithmetic: Sendable, Hashable {
    /// Float requantization, round half to even: what the format's usual runtime does by default.
    case fast
    /// The format's reference: fixed-point multipliers for TFLite models, every node as written for ONNX models.
    case exact
}
