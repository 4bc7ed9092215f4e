import Testing

@testable import Evaluation

@Suite struct DecisionTests {
    @Test("no threshold has a better F than the best point", arguments: [1, 2, 3, 4] as [UInt64])
    func best(seed: UInt64) throws {
        let precision = AveragePrecision(
            randomImages(seed: seed, count: 25, ties: seed % 2 == 0), classes: 3, overlap: 0.33)
        let best = try #require(precision.bestPoint)
        let f1 = try #require(best.all.f1)
        for step in 0...1000 {
            #expect(precision.point(threshold: Double(step) / 1000).all.f1 ?? 0 <= f1 + 1e-12, "seed \(seed)")
        }
        #expect(f1 > 0.2)
    }

    @Test("a rate of false calls is kept, and no lower threshold keeps it", arguments: [1, 2, 3] as [UInt64])
    func falseCalls(seed: UInt64) throws {
        let precision = AveragePrecision(
            randomImages(seed: seed, count: 25, ties: seed % 2 == 0), classes: 3, overlap: 0.33)
        let point = try #require(precision.point(falseCallsAnImage: 0.4))
        #expect(point.all.wrong <= 10, "seed \(seed)")
        for step in 0...1000 {
            let other = precision.point(threshold: Double(step) / 1000)
            #expect(other.all.wrong > 10 || other.all.right <= point.all.right, "seed \(seed)")
        }
        #expect(precision.point(falseCallsAnImage: 1000)?.all.wrong == precision.point(threshold: 0).all.wrong)
    }

    @Test("a threshold has no more digits than it needs")
    func digits() {
        #expect(AveragePrecision.shortest(above: 0.41, upTo: 0.4376) == 0.43)
        #expect(AveragePrecision.shortest(above: 0.43, upTo: 0.4376) == 0.437)
        #expect(AveragePrecision.shortest(above: 0, upTo: 0.2) == 0.2)
        let score = Double(Float(0.1))
        #expect(AveragePrecision.shortest(above: score.nextDown, upTo: score) == score)
    }

    @Test("a confusion is an answer of another class, where no finding of the class itself answers")
    func confusion() {
        let image = JudgedImage(
            truths: [truth(0, 0, 0, 20, 20), truth(1, 100, 0, 20, 20), truth(2, 200, 0, 20, 20)],
            findings: [
                finding(1, 0.95, 1, 0, 20, 20), finding(0, 0.6, 0, 0, 20, 20), finding(2, 0.7, 100, 1, 20, 20),
                finding(2, 0.2, 200, 0, 20, 20), finding(0, 0.9, 300, 0, 20, 20),
            ])
        let verdict = Verdict(image, overlap: 0.5, threshold: 0.5)
        #expect(verdict.missed == [2] && verdict.falseCalls == [0, 4])
        let matrix = ConfusionMatrix([verdict], [image], classes: 3)
        #expect(matrix.counts == [[1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [1, 1, 0, 0]])
    }

    @Test("the diagonal of the confusion matrix is what is right at the threshold", arguments: [7, 8] as [UInt64])
    func diagonal(seed: UInt64) {
        let images = randomImages(seed: seed, count: 30)
        let precision = AveragePrecision(images, classes: 3, overlap: 0.4)
        let point = precision.point(threshold: 0.3)
        let verdicts = images.map { Verdict($0, overlap: 0.4, threshold: 0.3) }
        let matrix = ConfusionMatrix(verdicts, images, classes: 3)
        for index in 0..<3 {
            #expect(matrix.counts[index][index] == point.classes[index].right, "seed \(seed)")
            #expect(matrix.counts[index].reduce(0, +) == point.classes[index].truths, "seed \(seed)")
        }
        let found = matrix.counts.map { $0.dropLast().reduce(0, +) }.reduce(0, +)
        #expect(found == point.all.right + point.all.wrong, "seed \(seed)")
    }

    @Test("a finding in a region answers nothing and is no false call")
    func region() {
        let image = JudgedImage(
            truths: [truth(0, 0, 0, 100, 100, isCrowd: true)],
            findings: [finding(0, 0.9, 10, 10, 20, 20), finding(1, 0.9, 10, 10, 20, 20)])
        let verdict = Verdict(image, overlap: 0.33, threshold: 0.5)
        #expect(verdict.pairs.isEmpty && verdict.missed.isEmpty && verdict.falseCalls == [1])
    }

    @Test("a defect called by a wrong name does not escape; an image without any call does")
    func inspection() {
        let defect = [truth(0, 0, 0, 20, 20)]
        let images = [
            JudgedImage(truths: defect, findings: [finding(1, 0.9, 0, 0, 20, 20)]),
            JudgedImage(truths: defect, findings: [finding(0, 0.1, 0, 0, 20, 20)]),
            JudgedImage(truths: defect, findings: [finding(0, 0.9, 300, 0, 20, 20)]),
            JudgedImage(truths: [], findings: []),
            JudgedImage(truths: [], findings: [finding(0, 0.9, 0, 0, 20, 20)]),
        ]
        let verdicts = images.map { Verdict($0, overlap: 0.5, threshold: 0.5) }
        let inspection = Inspection(threshold: 0.5, isChosenHere: false, verdicts, images)
        #expect(inspection.escapes == Rate(2, of: 3) && inspection.escapedImages == Rate(1, of: 3))
        #expect(inspection.falseCalls == Rate(2, of: 3) && inspection.falselyCalledImages == Rate(1, of: 2))
        #expect(inspection.falseCallsAnImage == 0.4)
    }

    @Test("the sentence says what no escape proves, and where nothing is proved")
    func sentences() {
        let images = (0..<300).map { _ in
            JudgedImage(truths: [truth(0, 0, 0, 20, 20)], findings: [finding(0, 0.9, 0, 0, 20, 20)])
        }
        let verdicts = images.map { Verdict($0, overlap: 0.5, threshold: 0.5) }
        let sentences = Inspection(threshold: 0.5, isChosenHere: false, verdicts, images).sentences
        #expect(sentences[0] == "0 of 300 defects escaped: with 95 % confidence at most 1.0 % of such defects escape")
        #expect(sentences[2] == "There is no image without a defect, so nothing is proved about good parts")
        #expect(sentences.count == 3)
        let chosen = Inspection(threshold: 0.5, isChosenHere: true, verdicts, images).sentences
        #expect(chosen.last?.contains("--threshold 0.5") == true)
    }
}
