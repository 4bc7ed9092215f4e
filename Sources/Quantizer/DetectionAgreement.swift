// Whether two models find the same things.
import Imaging
import Vision

/// How far the detections of one model are those of another, over any number of images.
///
/// A detection is met when the other model has one of the same class that overlaps it by at least half (intersection over union); each
/// serves one only, the best overlap first.
public struct DetectionAgreement: Sendable, Hashable {
    public static let overlap: Float = 0.5

    /// What the first model finds, and how much of it the second finds too.
    public private(set) var expected = 0
    public private(set) var expectedMet = 0
    /// What the second finds.
    public private(set) var found = 0
    public private(set) var foundMet = 0

    public init() {}

    /// Shares from 0 to 1; 1 where nothing was to be found.
    public var recall: Double { expected == 0 ? 1 : Double(expectedMet) / Double(expected) }
    public var precision: Double { found == 0 ? 1 : Double(foundMet) / Double(found) }

    /// Counts one image. Complexity: O(n m).
    public mutating func add(expected: [Detection], found: [Detection]) {
        var pairs: [(Float, Int, Int)] = []
        for (i, one) in expected.enumerated() {
            for (j, other) in found.enumerated() where one.classIndex == other.classIndex {
                let overlap = one.box.overlap(with: other.box)
                if overlap >= Self.overlap { pairs.append((overlap, i, j)) }
            }
        }
        var (takenExpected, takenFound): (Set<Int>, Set<Int>) = ([], [])
        for (_, i, j) in pairs.sorted(by: { $0.0 > $1.0 }) where !takenExpected.contains(i) && !takenFound.contains(j) {
            takenExpected.insert(i)
            takenFound.insert(j)
        }
        self.expected += expected.count
        self.found += found.count
        expectedMet += takenExpected.count
        foundMet += takenFound.count
    }
}
