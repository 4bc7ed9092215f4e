// How sharp a board is seen.

extension GreyPicture {
    /// The median over the board's edges of the pixels in which the level changes between a dark square and a bright
    /// one.
    func edgeWidth(of sighting: BoardSighting) -> Double {
        var widths: [Double] = []
        for index in sighting.corners.indices {
            for next in sighting.neighbours(of: index) where next > index {
                let (from, to) = (sighting.corners[index], sighting.corners[next])
                let way = to - from
                let across = SIMD2(-way.y, way.x) / max(way.length, 1e-9)
                if let width = width(at: (from + to) / 2, across: across, reach: min(0.4 * way.length, 12)) {
                    widths.append(width)
                }
            }
        }
        widths.sort()
        return widths.isEmpty ? .infinity : widths[widths.count / 2]
    }

    private func width(at middle: SIMD2<Double>, across: SIMD2<Double>, reach: Double) -> Double? {
        let steps = max(Int(reach * 2), 2)
        let levels = (-steps...steps).compactMap { step -> Double? in
            let place = middle + across * (Double(step) / 2)
            guard place.x >= 0, place.y >= 0, place.x < Double(width - 1), place.y < Double(height - 1) else {
                return nil
            }
            return level(place)
        }
        guard levels.count == 2 * steps + 1, let most = levels.max(), let least = levels.min() else { return nil }
        // Over a pixel each, two samples apart.
        let steepest = (2..<levels.count).map { abs(levels[$0] - levels[$0 - 2]) }.max() ?? 0
        return steepest > 0 ? (most - least) / steepest : nil
    }
}
