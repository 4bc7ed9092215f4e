// What the camera sees of a point.
import Glibc
import MAVLink

/// A camera without distortion, in OpenCV's convention: the middle of the first pixel is (0, 0).
struct View: Sendable {
    /// Degrees from the left to the right of the picture: a longish lens.
    static let horizontal = 32.0

    let width: Int
    let height: Int
    /// Pixels.
    let focal: Double
    let place: Point
    /// Of length 1 in north, east, up: to the right and to the bottom of the picture, and into it.
    let right: Point
    let bottom: Point
    let ahead: Point

    init(_ stand: Stand, width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        focal = Double(width) / 2 / tan(Self.horizontal * .pi / 360)
        place = stand.place
        func axis(_ x: Double, _ y: Double, _ z: Double) -> Point {
            let turned = stand.camera.turned((x: x, y: y, z: z))
            return Point(turned.x, turned.y, -turned.z)
        }
        (ahead, right, bottom) = (axis(1, 0, 0), axis(0, 1, 0), axis(0, 0, 1))
    }

    /// Where in the picture a point is, and how deep.
    func pixel(_ point: Point) -> (at: SIMD2<Double>, depth: Double) {
        let way = point - place
        let depth = (way * ahead).sum()
        let seen = SIMD2((way * right).sum(), (way * bottom).sum()) / max(depth, 0.01)
        return (seen * focal + SIMD2(Double(width - 1), Double(height - 1)) / 2, depth)
    }

    /// The way into the picture at a pixel, of depth 1.
    func direction(_ x: Double, _ y: Double) -> Point {
        let across = right * ((x - Double(width - 1) / 2) / focal)
        return ahead + across + bottom * ((y - Double(height - 1) / 2) / focal)
    }

    /// The ground that a pixel shows.
    ///
    /// - Parameter guess: of its height.
    func ground(_ x: Double, _ y: Double, on relief: Relief, guess: Double) -> Point {
        let way = direction(x, y)
        var height = guess
        var point = place
        // The slope is flatter than the line of sight is steep: each step is at least thrice as near.
        for _ in 0..<7 {
            point = place + way * ((height - place.z) / way.z)
            height = relief.height(point.x, point.y)
        }
        return point
    }
}
