// What is told of a band of searched ground.

extension SearchedBands.Band {
    /// For people.
    var title: String { "Searched, POD \(from) to \(to) %" }
}

extension SearchedBands {
    /// Of a band, and of all that was searched: probabilities of detection from 0 to 1, square metres and metres.
    func figures(_ band: Band) -> [(name: String, value: Double)] {
        [
            ("pod_from", Double(band.from) / 100), ("pod_to", Double(band.to) / 100),
            ("area_m2", squareMetres(band.cells)), ("cell_m", cell), ("searched_m2", searched),
            ("mean_pod", (mean * 1000).rounded() / 1000),
        ]
    }
}
