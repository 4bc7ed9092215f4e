// The way from sources to the engine.
import Synchronization
import Testing
import Threads

@testable import Pipeline

@Suite struct LanesTests {
    private func all(_ lanes: Lanes<Int>) -> [Int] {
        var items: [Int] = []
        while case .item(let item, _) = lanes.take(within: 0) { items.append(item) }
        return items
    }

    @Test("a full lane replaces its oldest item, refuses the new one, or lets its maker wait")
    func full() {
        let lanes = Lanes<Int>([(2, .replaceOldest), (2, .refuse), (2, .wait)])
        for lane in 0..<3 { for item in 0..<2 { #expect(lanes.put(10 * lane + item, in: lane, within: 0) == .placed) } }
        #expect(lanes.put(2, in: 0, within: 0) == .replaced)
        #expect(lanes.put(12, in: 1, within: 0) == .refused)
        #expect(lanes.put(22, in: 2, within: 1) == nil)
        #expect(all(lanes) == [1, 10, 20, 2, 11, 21])
    }

    @Test("a lane ends after as many items as are wanted, and takes no more")
    func limited() {
        let lanes = Lanes<Int>([(8, .wait)], most: 2)
        for item in 0..<5 { _ = lanes.put(item, in: 0, within: 0) }
        #expect(all(lanes) == [0, 1])
        #expect(lanes.put(9, in: 0, within: 0) == .closed)
        guard case .end = lanes.take(within: 0) else {
            Issue.record("no end")
            return
        }
    }

    @Test("what four makers put is taken once each, in their order, whatever the threads do")
    func threads() throws {
        let lanes = Lanes<Int>([(3, .wait), (3, .wait), (3, .wait), (3, .wait)])
        let makers = try (0..<4).map { lane in
            try SystemThread {
                for item in 0..<500 { while lanes.put(item, in: lane, within: 50) == nil {} }
                lanes.end(lane)
            }
        }
        var taken = [[Int]](repeating: [], count: 4)
        taking: while true {
            switch lanes.take(within: 50) {
            case .item(let item, let lane): taken[lane].append(item)
            case .nothing: continue
            case .end: break taking
            }
        }
        for maker in makers { maker.join() }
        #expect(taken.allSatisfy { $0 == Array(0..<500) })
    }

    @Test("memory for inputs is used again, and let go with its last owner")
    func store() {
        let store = InputStore(byteCount: 64)
        var first: PreparedInput? = store.input()
        let address = first?.bytes.baseAddress
        first = nil
        #expect(store.input().bytes.baseAddress == address)
    }
}
