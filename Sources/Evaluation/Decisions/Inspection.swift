// What a threshold means where defects are to be kept from passing: escapes and false calls, with what they prove.

/// Escapes and false calls at a threshold. A defect that is called by another class's name does not escape: the part is taken out.
public struct Inspection: Sendable {
    public let threshold: Double
    /// Defects that nothing was found at, of all defects.
    public let escapes: Rate
    /// Calls where there is no defect, of all calls.
    public let falseCalls: Rate
    /// Images with defects on which nothing at all was called, of all images with defects.
    public let escapedImages: Rate
    /// Images without a defect on which something was called, of all images without a defect.
    public let falselyCalledImages: Rate
    /// False calls an image.
    public let falseCallsAnImage: Double

    /// Whether the threshold was chosen on the very images that are counted here.
    public let isThresholdChosenHere: Bool

    init(threshold: Double, isChosenHere: Bool, _ verdicts: [Verdict], _ images: [JudgedImage]) {
        self.threshold = threshold
        isThresholdChosenHere = isChosenHere
        var (defects, escapes, calls, falseCalls) = (0, 0, 0, 0)
        var (defective, passed, sound, refused) = (0, 0, 0, 0)
        for (verdict, image) in zip(verdicts, images) {
            let defectsHere = verdict.pairs.count + verdict.missed.count
            let callsHere = verdict.pairs.count + verdict.falseCalls.count
            defects += defectsHere
            escapes += verdict.missed.count
            calls += callsHere
            falseCalls += verdict.falseCalls.count
            if defectsHere > 0 {
                defective += 1
                if callsHere == 0 { passed += 1 }
            } else if !image.truths.contains(where: \.isCrowd) {
                sound += 1
                if callsHere > 0 { refused += 1 }
            }
        }
        self.escapes = Rate(escapes, of: defects)
        self.falseCalls = Rate(falseCalls, of: calls)
        escapedImages = Rate(passed, of: defective)
        falselyCalledImages = Rate(refused, of: sound)
        falseCallsAnImage = images.isEmpty ? 0 : Double(falseCalls) / Double(images.count)
    }

    /// What the figures prove, in words.
    public var sentences: [String] {
        [
            Self.sentence(
                escapes, "defects", "escaped", "escape",
                none: "There is no defect here, so nothing is proved about escapes"),
            Self.sentence(
                escapedImages, "images with defects", "passed without any call", "pass",
                none: "There is no image with a defect"),
            Self.sentence(
                falselyCalledImages, "images without a defect", "were called", "are called",
                none: "There is no image without a defect, so nothing is proved about good parts"),
        ] + (isThresholdChosenHere ? [Self.caveat(threshold)] : [])
    }

    /// A bound holds for a threshold that was fixed before these images were looked at.
    private static func caveat(_ threshold: Double) -> String {
        "The threshold was chosen on these very images, so these bounds flatter: judge others with --threshold \(threshold)"
    }

    private static func sentence(_ rate: Rate, _ things: String, _ past: String, _ present: String, none: String)
        -> String
    {
        guard rate.total > 0 else { return none }
        return "\(rate.count) of \(rate.total) \(things) \(past): "
            + "with 95 % confidence at most \(Figures.percentAbove(rate.upperBound())) of such \(things) \(present)"
    }
}
