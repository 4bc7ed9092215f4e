// The arena: nothing that lives at the same time shares memory, and little more is taken than is needed at once.
import Graphs
import Testing

@testable import Engine

@Suite struct MemoryPlanTests {
    private func step(_ reads: [Int], _ writes: [Int]) -> Step {
        Step(
            kind: "test", origin: .init(index: 0, operatorName: "TEST"), reads: reads.map(Buffer.init),
            writes: writes.map(Buffer.init),
            units: 1, grain: 1, multiplyAccumulates: 0, body: { _, _ in })
    }

    private func plan(
        _ sizes: [Int?], _ steps: [Step], inPlace: [ProgramBuilder.InPlace] = [], inputs: [Int] = [0], outputs: [Int],
        keepsEverything: Bool = false
    ) -> MemoryPlan {
        MemoryPlan(
            sizes: sizes, steps: steps, inPlace: inPlace, inputs: inputs.map(Buffer.init),
            outputs: outputs.map(Buffer.init),
            keepsEverything: keepsEverything)
    }

    @Test("a chain of equal tensors needs the input and two buffers in turn")
    func chain() {
        let steps = (0..<6).map { step([$0], [$0 + 1]) }
        let plan = plan(Array(repeating: 64, count: 7), steps, outputs: [6])
        #expect(plan.arenaBytes == 192)
        #expect(plan.lowerBound == 192)
    }

    @Test("a step that works in place gets its result where its input was")
    func inPlace() {
        let steps = [step([0], [1]), step([1], [2]), step([2], [3])]
        let pair = ProgramBuilder.InPlace(step: 1, source: Buffer(index: 1), target: Buffer(index: 2))
        let plan = plan([64, 64, 64, 64], steps, inPlace: [pair], outputs: [3])
        #expect(plan.offsets[1] == plan.offsets[2])
    }

    @Test("an input that is read again later, and one of the caller's, is never overwritten")
    func notInPlace() {
        let steps = [step([0], [1]), step([1], [2]), step([1, 2], [3])]
        let pairs = [
            ProgramBuilder.InPlace(step: 1, source: Buffer(index: 1), target: Buffer(index: 2)),
            ProgramBuilder.InPlace(step: 0, source: Buffer(index: 0), target: Buffer(index: 1)),
        ]
        let plan = plan([64, 64, 64, 64], steps, inPlace: pairs, outputs: [3])
        #expect(plan.offsets[1] != plan.offsets[2])
        #expect(plan.offsets[0] != plan.offsets[1])
    }

    @Test("memory lives as long as any part of it, and is not written over while a part is read")
    func parts() {
        // 2 is part of 1; 3 would go over 1 in the step that reads 2.
        let steps = [step([0], [1]), step([0], [4]), step([1, 2], [3]), step([2, 4], [5])]
        let pair = ProgramBuilder.InPlace(step: 2, source: Buffer(index: 1), target: Buffer(index: 3))
        let plan = MemoryPlan(
            sizes: [64, 64, nil, 64, 64, 64], steps: Array(steps.prefix(3)), inPlace: [pair],
            inputs: [Buffer(index: 0)], outputs: [Buffer(index: 3)], keepsEverything: false,
            roots: [0, 1, 1, 3, 4, 5])
        #expect(plan.offsets[1] != plan.offsets[3])
        let longer = MemoryPlan(
            sizes: [64, 64, nil, 64, 64, 64], steps: steps, inPlace: [], inputs: [Buffer(index: 0)],
            outputs: [Buffer(index: 3), Buffer(index: 5)], keepsEverything: false, roots: [0, 1, 1, 3, 4, 5])
        #expect(Set([0, 1, 3, 4, 5].map { longer.offsets[$0] }).count == 5)
    }

    @Test("with traces every value keeps memory of its own")
    func traces() {
        let steps = (0..<4).map { step([$0], [$0 + 1]) }
        let plan = plan(Array(repeating: 64, count: 5), steps, outputs: [4], keepsEverything: true)
        #expect(Set(plan.offsets.compactMap { $0 }).count == 5)
    }

    @Test(
        "buffers that live at the same time never overlap, in random graphs",
        arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func random(seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let count = 40
        let sizes: [Int?] = (0..<count).map { _ in next(20) == 0 ? nil : next(5000) }
        var pairs: [ProgramBuilder.InPlace] = []
        let steps = (1..<count).map { index in
            let reads = [next(index), next(index)]
            pairs.append(.init(step: index - 1, source: Buffer(index: reads[0]), target: Buffer(index: index)))
            return step(reads, [index])
        }
        let outputs = [count - 1, next(count)]
        let plan = plan(sizes, steps, inPlace: pairs, outputs: outputs)
        var lifetimes = [(Int, Int)?](repeating: nil, count: count)
        for (index, step) in steps.enumerated() {
            for buffer in step.reads + step.writes {
                let known = lifetimes[buffer.index] ?? (index, index)
                lifetimes[buffer.index] = (known.0, index)
            }
        }
        lifetimes[0] = (-1, steps.count)
        for output in outputs { lifetimes[output] = lifetimes[output].map { ($0.0, steps.count) } }
        for a in 0..<count {
            for b in 0..<a {
                guard let first = lifetimes[a], let second = lifetimes[b], let aOffset = plan.offsets[a],
                    let bOffset = plan.offsets[b],
                    let aSize = sizes[a], let bSize = sizes[b], aSize > 0, bSize > 0
                else { continue }
                // A step may write its result over an input that ends with it, and over nothing else.
                let meet = first.0 <= second.1 && second.0 <= first.1
                let isInPlace = first.0 == second.1 && aOffset == bOffset
                let overlap = aOffset < bOffset + bSize && bOffset < aOffset + aSize
                #expect(!(meet && overlap) || isInPlace, "seed \(seed): buffers \(a) and \(b)")
            }
        }
        #expect(plan.arenaBytes >= plan.lowerBound || !pairs.isEmpty)
    }
}
