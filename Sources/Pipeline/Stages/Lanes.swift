// The way from those who make items to the one who takes them.

/// What becomes of an item that finds its lane full.
enum WhenFull: Sendable {
    /// It takes the place of the oldest one.
    case replaceOldest
    case refuse
    /// Its maker waits.
    case wait
}

/// Items in lanes of bounded length, one lane a maker; the taker serves lanes that have any in turn.
final class Lanes<Item>: Sendable {
    enum Placing {
        case placed
        /// An older item made way.
        case replaced
        case refused
        /// The lane has ended.
        case closed
    }

    private struct Lane {
        let capacity: Int
        let whenFull: WhenFull
        var items: [Item] = []
        var hasEnded = false
        /// Items that may still be taken.
        var left: Int
    }

    private struct State {
        var lanes: [Lane]
        var next = 0
    }

    private let state: Monitor<State>

    /// - Parameter most: items that are taken of each lane at most; then it ends.
    init(_ lanes: [(capacity: Int, whenFull: WhenFull)], most: Int = .max) {
        state = Monitor(
            State(lanes: lanes.map { Lane(capacity: max(1, $0.capacity), whenFull: $0.whenFull, left: most) }))
    }

    /// Puts an item at the end of its lane, `nil` when that took longer than `milliseconds` (of lanes that wait).
    func put(_ item: Item, in lane: Int, within milliseconds: Int) -> Placing? {
        state.wait(milliseconds: milliseconds) { state -> Placing? in
            guard !state.lanes[lane].hasEnded else { return .closed }
            guard state.lanes[lane].items.count >= state.lanes[lane].capacity else {
                state.lanes[lane].items.append(item)
                return .placed
            }
            switch state.lanes[lane].whenFull {
            case .refuse: return .refused
            case .wait: return nil
            case .replaceOldest:
                state.lanes[lane].items.removeFirst()
                state.lanes[lane].items.append(item)
                return .replaced
            }
        }
    }

    enum Taking {
        case item(Item, lane: Int)
        case nothing
        /// All lanes have ended and are empty.
        case end
    }

    /// The oldest item of the next lane in turn that has one.
    func take(within milliseconds: Int) -> Taking {
        state.wait(milliseconds: milliseconds) { state -> Taking? in
            let count = state.lanes.count
            for step in 0..<count {
                let lane = (state.next + step) % count
                guard !state.lanes[lane].items.isEmpty else { continue }
                state.next = (lane + 1) % count
                let item = state.lanes[lane].items.removeFirst()
                state.lanes[lane].left -= 1
                if state.lanes[lane].left == 0 {
                    state.lanes[lane].items = []
                    state.lanes[lane].hasEnded = true
                }
                return .item(item, lane: lane)
            }
            return state.lanes.allSatisfy(\.hasEnded) ? .end : nil
        } ?? .nothing
    }

    /// Nothing more comes in this lane; what is in it is still taken.
    func end(_ lane: Int) { state.change { $0.lanes[lane].hasEnded = true } }
}
