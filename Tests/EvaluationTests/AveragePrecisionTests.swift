import Testing

@testable import Evaluation

@Suite struct AveragePrecisionTests {
    @Test("thresholds are numpy's to the last bit")
    func thresholds() {
        // numpy.linspace(0.5, 0.95, 10) and (0, 1, 101)
        #expect(Thresholds.overlaps[3] == 0.65 && Thresholds.overlaps[9] == 0.95)
        #expect(Thresholds.overlaps[2].bitPattern == 0x3fe3_3333_3333_3333)
        #expect(Thresholds.overlaps[4].bitPattern == 0x3fe6_6666_6666_6666)
        #expect(Thresholds.recalls[29].bitPattern == 0x3fd2_8f5c_28f5_c28f && Thresholds.recalls[100] == 1)
        #expect(Thresholds.recalls[35].bitPattern == 0x3fd6_6666_6666_6667)
    }

    @Test("what finds everything and nothing else has 1, what finds nothing has 0")
    func extremes() {
        let truths = [truth(0, 0, 0, 20, 20), truth(1, 50, 50, 40, 40)]
        let all = truths.map {
            finding($0.classIndex, 0.5, $0.box.box.x, $0.box.box.y, $0.box.box.width, $0.box.box.height)
        }
        let perfect = AveragePrecision([JudgedImage(truths: truths, findings: all)], classes: 2, overlap: 0.33)
        #expect(abs((perfect.mean() ?? 0) - 1) < 1e-12 && perfect.averageRecall == 1)
        #expect(abs((perfect.mean(.small) ?? 0) - 1) < 1e-12 && perfect.mean(.large) == nil)
        let blind = AveragePrecision([JudgedImage(truths: truths, findings: [])], classes: 2, overlap: 0.33)
        #expect(blind.mean() == 0 && blind.atOverlap() == 0 && blind.bestPoint == nil)
    }

    @Test("a class without truths counts in no mean, whatever is found of it")
    func absentClass() {
        let image = JudgedImage(
            truths: [truth(0, 0, 0, 20, 20)], findings: [finding(0, 0.9, 0, 0, 20, 20), finding(1, 0.9, 0, 0, 20, 20)])
        let precision = AveragePrecision([image], classes: 2, overlap: 0.5)
        #expect(precision.mean(class: 1) == nil && precision.mean() == precision.mean(class: 0))
    }

    @Test("a finding in a region of a crowd is neither right nor wrong")
    func crowd() {
        let region = truth(0, 100, 100, 200, 200, isCrowd: true)
        let right = finding(0, 0.5, 0, 0, 20, 20)
        let inside = [finding(0, 0.9, 120, 120, 30, 30), finding(0, 0.8, 150, 150, 30, 30)]
        func figures(_ findings: [Finding], _ truths: [Truth]) -> Double? {
            AveragePrecision([JudgedImage(truths: truths, findings: findings)], classes: 1, overlap: 0.5).mean()
        }
        let plain = [truth(0, 0, 0, 20, 20)]
        #expect(figures(inside + [right], plain + [region]) == figures([right], plain))
        #expect((figures(inside + [right], plain) ?? 1) < 0.5)
    }

    @Test("a region of every class is one of each")
    func everyClass() {
        let area = Rectangle(x: 100, y: 100, width: 200, height: 200)
        let findings = [
            finding(0, 0.5, 0, 0, 20, 20), finding(0, 0.9, 120, 120, 30, 30), finding(1, 0.9, 150, 150, 30, 30),
        ]
        func figures(_ regions: [Truth]) -> [Double?] {
            let truths = regions + [truth(0, 0, 0, 20, 20), truth(1, 50, 0, 20, 20)]
            let precision = AveragePrecision(
                [JudgedImage(truths: truths, findings: findings)], classes: 2, overlap: 0.5)
            return SizeClass.allCases.map { precision.mean($0) }
        }
        let each = (0..<2).map { Truth(classIndex: $0, box: area, isCrowd: true) }
        #expect(figures([.region(area)]) == figures(each) && figures([.region(area)]) != figures([]))
    }

    @Test("a further false finding never raises a figure", arguments: [1, 2, 3] as [UInt64])
    func monotone(seed: UInt64) throws {
        var images = randomImages(seed: seed, count: 20, ties: true)
        let before = try #require(AveragePrecision(images, classes: 3, overlap: 0.33).mean())
        for place in images.indices { images[place].findings.append(finding(place % 3, 0.5, 900, 900, 10, 10)) }
        let after = try #require(AveragePrecision(images, classes: 3, overlap: 0.33).mean())
        #expect(after <= before && after > 0, "seed \(seed)")
    }

    @Test("findings of one score do not flatter the intervals: drawn images keep their order")
    func tiedIntervals() throws {
        // Each image has a right and a wrong finding of the same score, so any draw has about the same figure.
        let images = (0..<40).map { _ in
            JudgedImage(
                truths: [truth(0, 0, 0, 20, 20)],
                findings: [finding(0, 0.5, 100, 100, 20, 20), finding(0, 0.5, 0, 0, 20, 20)])
        }
        let precision = AveragePrecision(images, classes: 1, overlap: 0.5)
        let value = try #require(precision.mean())
        let interval = try #require(precision.intervals().mean)
        #expect(interval.lowerBound <= value + 1e-9 && value <= interval.upperBound + 1e-9, "\(value) in \(interval)")
    }

    @Test("intervals repeat, hold the figure, and narrow with more images")
    func intervals() throws {
        let few = AveragePrecision(randomImages(seed: 5, count: 8), classes: 3, overlap: 0.33)
        let many = AveragePrecision(randomImages(seed: 5, count: 60), classes: 3, overlap: 0.33)
        let first = try #require(few.intervals(samples: 20).at50)
        #expect(few.intervals(samples: 20).at50 == first)
        let figure = try #require(few.at50())
        #expect(first.contains(figure))
        let second = try #require(many.intervals(samples: 20).at50)
        #expect(second.upperBound - second.lowerBound < first.upperBound - first.lowerBound)
        #expect(AveragePrecision(randomImages(seed: 5, count: 1), classes: 3, overlap: 0.33).intervals().mean == nil)
    }
}
