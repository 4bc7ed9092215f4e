import Imaging

@testable import Evaluation

/// What `body` throws, as text.
func reason(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "no error"
    } catch {
        return "\(error)"
    }
}

func annotations(_ text: String) throws -> Annotations {
    try Array(text.utf8).withUnsafeBytes { try Annotations.read($0, source: "a.json") }
}

func truth(_ classIndex: Int, _ x: Double, _ y: Double, _ width: Double, _ height: Double, isCrowd: Bool = false)
    -> Truth
{
    Truth(classIndex: classIndex, box: Rectangle(x: x, y: y, width: width, height: height), isCrowd: isCrowd)
}

func finding(_ classIndex: Int, _ score: Float, _ x: Float, _ y: Float, _ width: Float, _ height: Float) -> Finding {
    Finding(classIndex: classIndex, score: score, box: Box(x: x, y: y, width: width, height: height))
}

/// Images with truths of three classes, and findings that are near some of them.
func randomImages(seed: UInt64, count: Int, ties: Bool = false) -> [JudgedImage] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
        let truths = (0..<generator.index(below: 6)).map { _ in
            truth(
                generator.index(below: 3), generator.uniform() * 300, generator.uniform() * 300,
                8 + generator.uniform() * 120, 8 + generator.uniform() * 120, isCrowd: generator.uniform() < 0.1)
        }
        let near = truths.filter { _ in generator.uniform() < 0.7 }.map { truth in
            finding(
                generator.uniform() < 0.9 ? truth.classIndex : 0, Float(generator.uniform()),
                Float(truth.box.x + generator.uniform() * 10), Float(truth.box.y), Float(truth.box.width),
                Float(truth.box.height))
        }
        let anywhere = (0..<generator.index(below: 5)).map { _ in
            finding(
                generator.index(below: 3), Float(generator.uniform() * 0.7), Float(generator.uniform() * 300),
                Float(generator.uniform() * 300), 40, 40)
        }
        let findings = (near + anywhere).map { item in
            var item = item
            if ties { item.score = (item.score * 5).rounded() / 5 }
            return item
        }
        return JudgedImage(truths: truths, findings: findings)
    }
}
