// Where was looked, and how well.
import Glibc
import Link
import Terrain

/// A grid of cells with the probability that a thing there would have been found.
///
/// A cell counts a look where the line of sight to it is free: ground behind a ridge is not seen. Cells are kept in
/// blocks of 64 x 64, at most 256 of them: 17 MB, 105 square kilometres of cells of 10 m.
public struct SearchedArea: Sendable {
    /// Metres a side.
    public let cell: Double
    public let curve: DetectionCurve
    /// The part of things that can be seen at all, 0 to 1: however often one looks, those under trees and behind rocks
    /// stay hidden.
    public let visiblePart: Double
    /// Looks that met ground for which there was no room.
    public private(set) var left = 0

    private let map: FlatMap
    /// When the first look was.
    private var began: Double?
    private var blocks: [Block: [SearchedCell]] = [:]

    private struct Block: Hashable {
        let row: Int32
        let column: Int32
    }

    static let blockSide = 64
    static let mostBlocks = 256
    /// Cells from the origin: a thousand kilometres of 1 m.
    private static let mostCells = 1e6
    /// Of a cell, between lines of sight and on them: no cell is passed over.
    private static let step = 0.7
    /// Metres of a thing above ground, which may be seen over an edge.
    private static let thing = 1.0
    /// The earth's curve less the bend of light (refraction 0.13).
    private static let curvature = 0.87 / (2 * 6_371_000.0)
    private static let mostSteps = 4000.0

    /// - Parameters:
    ///   - origin: where the grid's corner lies.
    ///   - cell: metres, 1 to 1000.
    public init(
        origin: EarthPlace, cell: Double = 10, curve: DetectionCurve = DetectionCurve(), visiblePart: Double = 1
    ) {
        map = FlatMap(origin)
        self.cell = min(max(cell, 1), 1000)
        (self.curve, self.visiblePart) = (curve, min(max(visiblePart, 0), 1))
    }

    /// Takes a look. Ground whose height the terrain model does not know is not counted.
    ///
    /// Complexity: O(cells in the sector from below the camera to the farthest that is seen), about four heights each;
    /// a view of the horizon goes as far as one thing in a hundred would be found.
    ///
    /// - Parameter time: seconds, by any clock that is not set.
    /// - Returns: samples of ground that were seen.
    @discardableResult
    public mutating func look(_ geolocator: Geolocator, pose: ExposurePose, at time: Double) -> Int {
        guard pose.isUsable, time.isFinite, let sector = Sector(geolocator, pose) else { return 0 }
        let ground = geolocator.ground.withHome(of: pose)
        let began = self.began ?? time
        self.began = began
        let camera = geolocator.camera
        let focal = (camera.fx * camera.fy).squareRoot()
        var reach = min(ground.farthest, curve.farthest(focal: focal))
        reach = min(reach, Self.mostSteps * Self.step * cell)
        let turns = pose.rotation.inverse
        let local = FlatMap(pose.place)
        let rows = map.metres(pose.place)
        let turn = Self.step * cell / reach
        let lines = max(1, Int((sector.width / turn).rounded(.up)))
        var seen = 0
        for line in 0...lines {
            let azimuth = sector.from + sector.width * Double(line) / Double(lines)
            let way = SIMD2(cos(azimuth), sin(azimuth))
            let side = UInt8(truncatingIfNeeded: Int((azimuth / (2 * .pi) * 256).rounded()))
            var highest = -Double.infinity
            var distance = Self.step * cell / 2
            // Beyond ground that fills the picture up to its upper edge, what is seen is above it.
            while distance <= reach, highest <= sector.top {
                let place = local.place(way * distance)
                guard let height = ground.height(at: place) else {
                    distance += Self.step * cell
                    continue
                }
                let below = pose.altitude - height + distance * distance * Self.curvature
                let isFree = (Self.thing - below) / distance >= highest
                highest = max(highest, -below / distance)
                let direction = turns.turned(SIMD3(way.x * distance, way.y * distance, below))
                if isFree, below > 0, camera.pixel(of: direction) != nil {
                    let far = direction.length
                    let pixels = curve.pixels(distance: far, fall: below / far, focal: focal)
                    count(rows + way * distance, curve.probability(pixels: pixels), side, Float(time - began))
                    seen += 1
                }
                distance += Self.step * cell
            }
        }
        return seen
    }

    private mutating func count(_ metres: SIMD2<Double>, _ probability: Double, _ side: UInt8, _ time: Float) {
        let (row, column) = ((metres.x / cell).rounded(.down), (metres.y / cell).rounded(.down))
        guard abs(row) < Self.mostCells, abs(column) < Self.mostCells, probability > 0 else { return }
        let (down, right) = (Int(row), Int(column))
        let block = Block(row: Int32(down >> 6), column: Int32(right >> 6))
        let index = (down & (Self.blockSide - 1)) * Self.blockSide + (right & (Self.blockSide - 1))
        if blocks[block] == nil {
            guard blocks.count < Self.mostBlocks else {
                left += 1
                return
            }
            blocks[block] = [SearchedCell](repeating: SearchedCell(), count: Self.blockSide * Self.blockSide)
        }
        blocks[block]?[index].look(Float(probability), side: side, time: time)
    }

    private func cell(row: Int, column: Int) -> SearchedCell? {
        let block = Block(row: Int32(truncatingIfNeeded: row >> 6), column: Int32(truncatingIfNeeded: column >> 6))
        return blocks[block]?[(row & (Self.blockSide - 1)) * Self.blockSide + (column & (Self.blockSide - 1))]
    }

    /// The probability, 0 to 1, that a thing at a place would have been found.
    public func probability(at place: EarthPlace) -> Double {
        let metres = map.metres(place)
        let (row, column) = ((metres.x / cell).rounded(.down), (metres.y / cell).rounded(.down))
        guard abs(row) < Self.mostCells, abs(column) < Self.mostCells else { return 0 }
        return visiblePart * Double(self.cell(row: Int(row), column: Int(column))?.found ?? 0)
    }

    /// All cells that were seen as a picture. Complexity: O(cells of all blocks).
    ///
    /// - Parameter mostSide: cells; what is farther from the first ones is cut.
    /// - Returns: `nil` before the first look.
    public func picture(mostSide: Int = 4096) -> SearchedPicture? {
        guard let (rows, columns) = seen else { return nil }
        let (south, west) = (rows.lowerBound, columns.lowerBound)
        let most = max(mostSide, 1)
        let (height, width) = (min(rows.count, most), min(columns.count, most))
        var pixels = [UInt8](repeating: 0, count: width * height)
        var (seen, sum) = (0, 0.0)
        for row in 0..<height {
            for column in 0..<width {
                guard let found = cell(row: south + row, column: west + column), found.isSeen else { continue }
                let probability = visiblePart * Double(found.found)
                seen += 1
                sum += probability
                let level = max(1, Int((probability * 255).rounded()))
                pixels[(height - 1 - row) * width + column] = UInt8(min(level, 255))
            }
        }
        return SearchedPicture(
            cell: cell, southWest: map.place(SIMD2(Double(south) * cell, Double(west) * cell)),
            northEast: map.place(SIMD2(Double(south + height) * cell, Double(west + width) * cell)), columns: width,
            rows: height, pixels: pixels, squareKilometres: Double(seen) * cell * cell / 1e6,
            meanProbability: seen > 0 ? sum / Double(seen) : 0)
    }

    /// Rows and columns between which all cells lie that were seen; `nil` before the first look.
    private var seen: (rows: ClosedRange<Int>, columns: ClosedRange<Int>)? {
        var extent: (rows: ClosedRange<Int>, columns: ClosedRange<Int>)?
        for (block, cells) in blocks {
            let (south, west) = (Int(block.row) * Self.blockSide, Int(block.column) * Self.blockSide)
            for (index, cell) in cells.enumerated() where cell.isSeen {
                let (row, column) = (south + index / Self.blockSide, west + index % Self.blockSide)
                guard let known = extent else {
                    extent = (row...row, column...column)
                    continue
                }
                extent = (
                    min(known.rows.lowerBound, row)...max(known.rows.upperBound, row),
                    min(known.columns.lowerBound, column)...max(known.columns.upperBound, column)
                )
            }
        }
        return extent
    }
}

/// Searched ground, a pixel for each cell, the north-western first.
public struct SearchedPicture: Hashable, Sendable {
    /// Metres a side.
    public var cell: Double
    public var southWest: EarthPlace
    public var northEast: EarthPlace
    public var columns: Int
    public var rows: Int
    /// 0: not seen; 1 to 255: the probability that a thing would have been found.
    public var pixels: [UInt8]
    /// Of cells that were seen.
    public var squareKilometres: Double
    public var meanProbability: Double
}

/// The directions in which a picture shows ground.
private struct Sector {
    /// Radians from north over east.
    let from: Double
    let width: Double
    /// Rise by way of the highest direction.
    let top: Double

    /// `nil` where all of it is sky.
    init?(_ geolocator: Geolocator, _ pose: ExposurePose) {
        let inverse = pose.rotation.inverse
        let camera = geolocator.camera
        let hasPole = [1.0, -1.0].contains { camera.pixel(of: inverse.turned(SIMD3(0, 0, $0))) != nil }
        let axis = pose.rotation.turned(SIMD3(1, 0, 0))
        let directions = geolocator.edge(perSide: 16).map { pose.rotation.turned($0) }
        guard directions.contains(where: { $0.z > 0 }) else { return nil }
        let isUp = camera.pixel(of: inverse.turned(SIMD3(0, 0, -1))) != nil
        top =
            isUp ? .infinity : directions.map { -$0.z / max(($0.x * $0.x + $0.y * $0.y).squareRoot(), 1e-9) }.max() ?? 0
        if hasPole {
            (from, width) = (0, 2 * .pi)
            return
        }
        let middle = atan2(axis.y, axis.x)
        var (least, most) = (0.0, 0.0)
        for direction in directions {
            let turn = (atan2(direction.y, direction.x) - middle).remainder(dividingBy: 2 * .pi)
            (least, most) = (min(least, turn), max(most, turn))
        }
        (from, width) = (middle + least, most - least)
    }
}

extension Ground {
    /// Metres above mean sea level; `nil` where nobody knows.
    func height(at place: EarthPlace) -> Double? {
        guard let model else { return level?.height }
        return model.height(latitude: place.latitude, longitude: place.longitude).metres
    }
}
