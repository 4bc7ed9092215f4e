import Glibc
import JSON

/// A prior box, in pixels of the model's input.
struct Anchor: Hashable, Sendable {
    var x: Float
    var y: Float
    var width: Float
    var height: Float
}

/// How the anchors of a model are laid over its input; each scheme is the one a family of models was trained with.
enum AnchorScheme: Hashable, Sendable {
    /// SSD: scales spread evenly over the layers, a box for each aspect ratio, and one between this layer's scale and the next.
    case ssd(SSDAnchors)
    /// Squares of given sides, in pixels, for each level.
    case squares(strides: [Int], sizes: [[Double]])
    /// RetinaNet and EfficientDet: `scales` sizes an octave times the aspect ratios, at each level 2^level.
    case octaves(levels: ClosedRange<Int>, scales: Int, base: Double, ratios: [Double])

    struct SSDAnchors: Hashable, Sendable {
        var strides: [Int]
        var minScale: Double
        var maxScale: Double
        var ratios: [Double]
        var reducesLowestLayer: Bool
        var interpolatedRatio: Double
        var fixedSize: Bool
    }

    /// Reads an `anchors` object; `nil` where there is none.
    init?(_ fields: JSONFields) throws(JSONError) {
        guard let anchors = try fields.object("anchors") else { return nil }
        let strides = try anchors.integers("strides", in: 1...4096)
        if let strides, !(1...16).contains(strides.count) {
            throw anchors.failure("strides", "must hold 1 to 16 strides")
        }
        if let sizes = try anchors.numberRows("sizes", in: 0...100_000) {
            guard let strides, strides.count == sizes.count else {
                throw anchors.failure("sizes", "must have one list for each of \"strides\"")
            }
            guard sizes.allSatisfy({ (1...64).contains($0.count) }) else {
                throw anchors.failure("sizes", "must have 1 to 64 sides in each list")
            }
            self = .squares(strides: strides, sizes: sizes)
        } else if let levels = try anchors.integers("levels", in: 0...12) {
            guard levels.count == 2, levels[0] <= levels[1] else {
                throw anchors.failure("levels", "must be the first and the last level, such as [3, 7]")
            }
            self = .octaves(
                levels: levels[0]...levels[1], scales: try anchors.integer("scales", in: 1...16) ?? 3,
                base: try anchors.number("base", in: 0.01...1000) ?? 4,
                ratios: try Self.ratios(anchors, default: [1, 2, 0.5]))
        } else {
            guard let strides else { throw anchors.failure("strides", "is missing") }
            self = .ssd(
                SSDAnchors(
                    strides: strides, minScale: try anchors.number("min_scale", in: 0...10) ?? 0.2,
                    maxScale: try anchors.number("max_scale", in: 0...10) ?? 0.95,
                    ratios: try Self.ratios(anchors, default: [1, 2, 0.5, 3, 1 / 3.0]),
                    reducesLowestLayer: try anchors.bool("reduce_lowest_layer") ?? false,
                    interpolatedRatio: try anchors.number("interpolated_ratio", in: 0...100) ?? 1,
                    fixedSize: try anchors.bool("fixed_size") ?? false))
        }
        try anchors.finish()
    }

    private static func ratios(_ fields: JSONFields, default standard: [Double]) throws(JSONError) -> [Double] {
        guard let ratios = try fields.numbers("ratios", in: 0.01...100) else { return standard }
        guard (1...32).contains(ratios.count) else { throw fields.failure("ratios", "must hold 1 to 32 ratios") }
        return ratios
    }

    /// The levels of the scheme: their grids, and how many anchors a cell has.
    func levels(of model: DecoderModel) -> [(grid: Grid, anchors: Int)] {
        switch self {
        case .ssd(let scheme):
            return zip(scheme.groups, model.grids(strides: scheme.groups.map { scheme.strides[$0.lowerBound] })).map {
                ($1, scheme.shapes(layers: $0).count)
            }
        case .squares(let strides, let sizes):
            return zip(model.grids(strides: strides), sizes).map { ($0, $1.count) }
        case .octaves(let levels, let scales, _, let ratios):
            return model.grids(strides: levels.map { 1 << $0 }).map { ($0, scales * ratios.count) }
        }
    }

    /// All anchors: levels in order, cells row after row, the anchors of a cell together. Complexity: O(anchors).
    func anchors(of model: DecoderModel) -> [Anchor] {
        let (width, height) = (Float(model.inputWidth), Float(model.inputHeight))
        var anchors: [Anchor] = []
        func lay(over grid: Grid, stepX: Float, stepY: Float, _ sizes: [(width: Float, height: Float)]) {
            for cell in 0..<grid.cells {
                let (x, y) = ((grid.column(cell) + 0.5) * stepX, (grid.line(cell) + 0.5) * stepY)
                for size in sizes { anchors.append(Anchor(x: x, y: y, width: size.width, height: size.height)) }
            }
        }
        let levels = levels(of: model)
        switch self {
        case .ssd(let scheme):
            for (group, level) in zip(scheme.groups, levels) {
                let sizes = scheme.shapes(layers: group).map { (Float($0.width) * width, Float($0.height) * height) }
                lay(
                    over: level.grid, stepX: width / Float(level.grid.width), stepY: height / Float(level.grid.height),
                    sizes)
            }
        case .squares(_, let sizes):
            for (level, sides) in zip(levels, sizes) {
                let sizes = sides.map { (min(Float($0), width), min(Float($0), height)) }
                lay(over: level.grid, stepX: level.grid.strideX, stepY: level.grid.strideY, sizes)
            }
        case .octaves(_, let scales, let base, let ratios):
            for (grid, _) in levels {
                let (x, y) = (width / Float(grid.width), height / Float(grid.height))
                var sizes: [(Float, Float)] = []
                for octave in 0..<scales {
                    let side = Float(base * pow(2, Double(octave) / Double(scales)))
                    for ratio in ratios { sizes.append((side * x * Float(sqrt(ratio)), side * y / Float(sqrt(ratio)))) }
                }
                lay(over: grid, stepX: x, stepY: y, sizes)
            }
        }
        return anchors
    }
}

extension AnchorScheme.SSDAnchors {
    /// Layers of equal strides that follow each other share a grid.
    var groups: [Range<Int>] {
        var groups: [Range<Int>] = []
        for layer in strides.indices {
            if let last = groups.last, strides[last.lowerBound] == strides[layer] {
                groups[groups.count - 1] = last.lowerBound..<layer + 1
            } else {
                groups.append(layer..<layer + 1)
            }
        }
        return groups
    }

    private func scale(_ layer: Int) -> Double {
        guard strides.count > 1 else { return (minScale + maxScale) / 2 }
        return minScale + (maxScale - minScale) * Double(layer) / Double(strides.count - 1)
    }

    /// Width and height of a cell's anchors, as shares of the input.
    func shapes(layers: Range<Int>) -> [(width: Double, height: Double)] {
        var shapes: [(width: Double, height: Double)] = []
        func add(_ scale: Double, _ ratio: Double) {
            shapes.append(fixedSize ? (1, 1) : (scale * sqrt(ratio), scale / sqrt(ratio)))
        }
        for layer in layers {
            let scale = scale(layer)
            if layer == 0, reducesLowestLayer {
                add(0.1, 1)
                add(scale, 2)
                add(scale, 0.5)
                continue
            }
            for ratio in ratios { add(scale, ratio) }
            if interpolatedRatio > 0 {
                let next = layer == strides.count - 1 ? 1 : self.scale(layer + 1)
                add(sqrt(scale * next), interpolatedRatio)
            }
        }
        return shapes
    }
}
