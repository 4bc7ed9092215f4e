// What a terrain model did not know where it was asked.
import Synchronization

/// A terrain model whose gaps are told of, each tile once. Any thread may ask.
public final class WatchedTerrain: HeightModel {
    private struct State {
        var known: Set<String> = []
        var news: [String] = []

        mutating func add(_ words: String, to name: String) {
            guard known.count < WatchedTerrain.mostTold, known.insert(words).inserted else { return }
            news.append("\(name): \(words)")
        }
    }

    private let model: any HeightModel
    private let name: String
    private let state = Mutex(State())

    private static let mostTold = 256

    /// - Parameters:
    ///   - name: what people call the model: its folder.
    ///   - troubles: what was found when it was opened, a line each: told with the first news.
    public init(_ model: any HeightModel, name: String, troubles: [String] = []) {
        (self.model, self.name) = (model, name)
        state.withLock { state in
            for trouble in troubles { state.add(trouble, to: name) }
        }
    }

    public func height(latitude: Double, longitude: Double) -> Height {
        let height = model.height(latitude: latitude, longitude: longitude)
        if height.metres == nil { note(height, latitude, longitude) }
        return height
    }

    public func spacing(latitude: Double, longitude: Double) -> Double? {
        model.spacing(latitude: latitude, longitude: longitude)
    }

    private func note(_ height: Height, _ latitude: Double, _ longitude: Double) {
        guard abs(latitude) <= 90, abs(longitude) <= 180 else { return }
        let tile = TileName(south: Int(latitude.rounded(.down)), west: Int(longitude.rounded(.down)))
        let words: String
        switch height {
        case .metres: return
        case .void: words = "tile \(tile) is void in places: what is seen there has no place, or a doubtful one"
        case .missing: words = "there is no tile \(tile): the ground is taken as level there"
        case .damaged(let why): words = why
        }
        state.withLock { $0.add(words, to: name) }
    }

    /// What is new since this was last asked.
    public func takeNews() -> [String] {
        state.withLock { state in
            defer { state.news = [] }
            return state.news
        }
    }
}
