// Steps are shared when they take long enough, guessed at first, measured then.
import Graphs
import Tensors
import Testing

@testable import Engine

@Suite struct StepSharingTests {
    /// A program of one step: the negative of `count` floats.
    private func program(count: Int) throws -> Program {
        let input = try Tensor(TensorType(.float32, [count]))
        let graph = oneNode(
            Unary(.negate), [input], constants: [], variables: [], declared: [.init()], convention: .onnx)
        return try Executable(graph, options: Options(threads: 4)).program
    }

    @Test("a step that looks short is not shared before it has run, one that looks long is")
    func guess() throws {
        for (count, parts) in [(64, 1), (1_000_000, 4)] {
            let sharing = StepSharing(try program(count: count), threadCount: 4, worthSharing: 5000)
            #expect(sharing.parts(0) == parts, "\(count) elements")
            sharing.deallocate()
        }
    }

    @Test("the fastest of the first runs decides, and later ones change nothing")
    func measured() throws {
        var sharing = StepSharing(try program(count: 1_000_000), threadCount: 4, worthSharing: 5000)
        defer { sharing.deallocate() }
        for (nanoseconds, parts) in [(90_000, 4), (8000, 3), (20_000, 3), (4900, 1), (6000, 1)] {
            #expect(sharing.wantsTimes)
            sharing.note(UInt64(nanoseconds), step: 0, parts: 1)
            #expect(sharing.parts(0) == parts, "after \(nanoseconds) ns")
            sharing.endRun()
        }
        for _ in 0..<3 { sharing.endRun() }
        #expect(!sharing.wantsTimes)
    }

    @Test("a time in several bands counts for all of them")
    func shared() throws {
        let sharing = StepSharing(try program(count: 1_000_000), threadCount: 2, worthSharing: 5000)
        defer { sharing.deallocate() }
        sharing.note(3100, step: 0, parts: 2)
        #expect(sharing.parts(0) == 2)
        sharing.note(400, step: 0, parts: 2)
        #expect(sharing.parts(0) == 1)
    }

    @Test("a step has no more bands than units, and every step is shared where tests ask for it")
    func limits() throws {
        let sharing = StepSharing(try program(count: 2), threadCount: 4, worthSharing: 0)
        defer { sharing.deallocate() }
        #expect(sharing.parts(0) == 2)
    }
}
