import Tensors

/// What a decoder has to know of the model it reads: the size of its input and the shapes of its outputs.
struct DecoderModel: Sendable {
    let kind: String
    let inputWidth: Int
    let inputHeight: Int
    /// Whether the input has its channels last, which outputs of the same model tend to share.
    let channelsLast: Bool
    let outputs: [TensorPort]
    /// What the preset says of the outputs' parts.
    let roles: OutputRoles
    /// As many as there are labels; `nil` when there are none.
    let labelCount: Int?

    /// The dimensions of an output without its batch axis.
    /// - Throws: when the output holds several images, is empty or cannot be read.
    func dimensions(_ output: Int) throws(VisionError) -> [Int] {
        let port = outputs[output]
        _ = try OutputView.quantization(of: port)
        var dimensions = port.type.shape.dimensions
        if dimensions.count >= 3 || dimensions.count == 2 && dimensions[0] == 1 {
            guard dimensions[0] == 1 else {
                throw .output(name: port.name, reason: "\(port.type) is for \(dimensions[0]) images at once")
            }
            dimensions.removeFirst()
        }
        guard port.type.byteCount > 0, port.type.byteCount < 1 << 40 else {
            throw .output(name: port.name, reason: "\(port.type) is no shape of an output")
        }
        return dimensions
    }

    /// The single output that plays `role`, where the preset names it.
    func named(_ role: String) throws(VisionError) -> Int? {
        guard let places = try roles.places(of: role, among: outputs, kind: kind) else { return nil }
        guard places.count == 1 else {
            throw .decoder(kind: kind, reason: "\"outputs\" must name one output for \(role)")
        }
        return places[0]
    }

    /// All outputs that play `role`, where the preset names them.
    func allNamed(_ role: String) throws(VisionError) -> [Int]? {
        try roles.places(of: role, among: outputs, kind: kind)
    }

    func failure(_ reason: String) -> VisionError {
        let list = outputs.enumerated().map { "\($0.offset) '\($0.element.name)' \($0.element.type)" }
        return .decoder(kind: kind, reason: "\(reason); the model's outputs are \(list.joined(separator: ", "))")
    }

    func mismatch(_ output: Int, _ expected: String) -> VisionError {
        .output(name: outputs[output].name, reason: "\(outputs[output].type) is not \(expected)")
    }

    /// - Throws: when there are labels, but not one for each of `classes`.
    func checkLabels(_ classes: Int, output: Int) throws(VisionError) {
        guard let labelCount, labelCount != classes else { return }
        throw .output(
            name: outputs[output].name,
            reason: "\(outputs[output].type) holds \(classes) classes, but there are \(labelCount) labels")
    }

    /// An output of rows and channels in either order. Where `channels` is not known the shorter side is the channels.
    func table(_ output: Int, channels: Int? = nil, rows: Int? = nil, expected: String) throws(VisionError) -> Head {
        let dimensions = try dimensions(output)
        guard dimensions.count == 2 else { throw mismatch(output, expected) }
        let (first, second) = (dimensions[0], dimensions[1])
        func fits(_ rowCount: Int, _ channelCount: Int) -> Bool {
            (rows ?? rowCount) == rowCount && (channels ?? channelCount) == channelCount
        }
        let isTable = fits(first, second)
        let isPlanes = fits(second, first)
        guard isTable || isPlanes else { throw mismatch(output, expected) }
        if isTable, !isPlanes || second <= first { return .table(output: output, rows: first, channels: second) }
        return .planes(output: output, rows: second, channels: first)
    }

    /// An output over a grid of cells that covers the input, channels first or last, one row a cell.
    ///
    /// - Parameters:
    ///   - channels: how many a cell has, where known.
    ///   - stride: input pixels a cell, where known; a grid may be one cell larger when the input is no multiple of it.
    func grid(_ output: Int, channels: Int?, stride: Int?, expected: String) throws(VisionError) -> (Head, Grid) {
        let dimensions = try dimensions(output)
        guard dimensions.count == 3 else { throw mismatch(output, expected) }
        func grid(_ height: Int, _ width: Int, _ depth: Int) -> Grid? {
            guard depth == channels ?? depth, height > 0, width > 0, height <= inputHeight, width <= inputWidth else {
                return nil
            }
            let (x, y) = (Float(inputWidth) / Float(width), Float(inputHeight) / Float(height))
            if let stride {
                guard (inputWidth + stride - 1) / stride == width, (inputHeight + stride - 1) / stride == height else {
                    return nil
                }
                return Grid(width: width, height: height, strideX: Float(stride), strideY: Float(stride))
            }
            guard abs(x - y) < 0.2 * min(x, y) else { return nil }
            return Grid(width: width, height: height, strideX: x, strideY: y)
        }
        let last = grid(dimensions[0], dimensions[1], dimensions[2])
        let first = grid(dimensions[1], dimensions[2], dimensions[0])
        if let grid = last, first == nil || channelsLast {
            let head = Head.grid(
                output: output, cells: grid.cells, anchors: 1, channels: dimensions[2], channelsLast: true)
            return (head, grid)
        }
        guard let grid = first else { throw mismatch(output, expected) }
        let head = Head.grid(
            output: output, cells: grid.cells, anchors: 1, channels: dimensions[0], channelsLast: false)
        return (head, grid)
    }

    /// The grids that strides divide the input into, a cell begun counting as a cell.
    func grids(strides: [Int]) -> [Grid] {
        strides.map { stride in
            Grid(
                width: (inputWidth + stride - 1) / stride, height: (inputHeight + stride - 1) / stride,
                strideX: Float(stride), strideY: Float(stride))
        }
    }
}

/// Cells that cover the input, row after row.
struct Grid: Hashable, Sendable {
    var width: Int
    var height: Int
    /// Input pixels a cell.
    var strideX: Float
    var strideY: Float

    var cells: Int { width * height }

    func column(_ cell: Int) -> Float { Float(cell % width) }
    func line(_ cell: Int) -> Float { Float(cell / width) }
}

extension DecoderModel {
    /// The same model with the roles that a decoder read from its preset.
    func with(_ roles: OutputRoles) -> DecoderModel {
        DecoderModel(
            kind: kind, inputWidth: inputWidth, inputHeight: inputHeight, channelsLast: channelsLast, outputs: outputs,
            roles: roles, labelCount: labelCount)
    }

    /// For messages about channels: how many the labels make it.
    func classNote(_ others: Int) -> String {
        labelCount.map { " (\(others) + \($0) = \(others + $0) by the labels)" } ?? ""
    }

    /// Where an output among `outputs` has these dimensions without its batch axis.
    func first(of dimensions: [Int], except taken: Set<Int> = []) -> Int? {
        outputs.indices.first { !taken.contains($0) && (try? self.dimensions($0)) == dimensions }
    }
}
