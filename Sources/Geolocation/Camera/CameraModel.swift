// What a camera's pixels look at.
import Glibc

/// Focal lengths, principal point and distortion in pixels, in OpenCV's convention: the middle of the first pixel is
/// (0, 0), x to the right, y down.
public struct CameraModel: Hashable, Sendable {
    /// Brown and Conrady's coefficients.
    public struct Distortion: Hashable, Sendable {
        public var k1, k2, p1, p2, k3: Double

        public static let none = Distortion(k1: 0, k2: 0, p1: 0, p2: 0, k3: 0)

        public init(k1: Double, k2: Double, p1: Double, p2: Double, k3: Double) {
            (self.k1, self.k2, self.p1, self.p2, self.k3) = (k1, k2, p1, p2, k3)
        }
    }

    public let width: Int
    public let height: Int
    public let fx: Double
    public let fy: Double
    public let cx: Double
    public let cy: Double
    public let distortion: Distortion
    /// Squared, at depth 1, of what is seen farthest from the axis: beyond it the distortion means nothing.
    private let widest: Double

    private static let sides = 1...65_536

    /// - Parameters:
    ///   - cx: the picture's middle where it is `nil`.
    ///   - cy: as `cx`.
    /// - Returns: `nil` for what is no camera.
    public init?(
        width: Int, height: Int, fx: Double, fy: Double, cx: Double? = nil, cy: Double? = nil,
        distortion: Distortion = .none
    ) {
        guard Self.sides.contains(width), Self.sides.contains(height) else { return nil }
        let parts = [distortion.k1, distortion.k2, distortion.p1, distortion.p2, distortion.k3]
        guard (1e-3...1e7).contains(fx), (1e-3...1e7).contains(fy), parts.allSatisfy({ abs($0) < 1e4 }) else {
            return nil
        }
        (self.width, self.height, self.fx, self.fy) = (width, height, fx, fy)
        self.cx = cx ?? Double(width - 1) / 2
        self.cy = cy ?? Double(height - 1) / 2
        guard abs(self.cx) < 1e7, abs(self.cy) < 1e7 else { return nil }
        self.distortion = distortion
        var widest = 0.0
        for x in [-0.5, Double(width) - 0.5] {
            for y in [-0.5, Double(height) - 0.5] {
                let wanted = SIMD2((x - self.cx) / fx, (y - self.cy) / fy)
                let point = Self.normalized(wanted, distortion) ?? wanted
                widest = max(widest, (point * point).sum())
            }
        }
        self.widest = widest
    }

    /// From the angle between the picture's left and right edges: no distortion, square pixels.
    ///
    /// - Parameter horizontalView: degrees, above 0 and below 180.
    public init?(width: Int, height: Int, horizontalView: Double) {
        guard horizontalView > 0.01, horizontalView < 179 else { return nil }
        let focal = Double(width) / 2 / tan(horizontalView * .pi / 360)
        self.init(width: width, height: height, fx: focal, fy: focal)
    }

    private static func distorted(_ point: SIMD2<Double>, _ lens: Distortion) -> SIMD2<Double> {
        let (x, y) = (point.x, point.y)
        let r2 = x * x + y * y
        let radial = 1 + r2 * (lens.k1 + r2 * (lens.k2 + r2 * lens.k3))
        let right = x * radial + 2 * lens.p1 * x * y + lens.p2 * (r2 + 2 * x * x)
        let down = y * radial + lens.p1 * (r2 + 2 * y * y) + 2 * lens.p2 * x * y
        return SIMD2(right, down)
    }

    /// The point at depth 1 that the lens brings to `wanted`, by Newton's steps from the middle outwards; `nil` where
    /// there is none.
    private static func normalized(_ wanted: SIMD2<Double>, _ lens: Distortion) -> SIMD2<Double>? {
        if lens == .none { return wanted }
        var point = SIMD2<Double>(0, 0)
        let small = 1e-6
        for part in 1...4 {
            let target = wanted * (Double(part) / 4)
            for _ in 0..<20 {
                let seen = distorted(point, lens)
                let error = target - seen
                if abs(error.x) + abs(error.y) < 1e-12 { break }
                let right = (distorted(point + SIMD2(small, 0), lens) - seen) / small
                let down = (distorted(point + SIMD2(0, small), lens) - seen) / small
                let determinant = right.x * down.y - down.x * right.y
                guard determinant > 0.01 else { return nil }
                point += SIMD2(
                    (down.y * error.x - down.x * error.y) / determinant,
                    (right.x * error.y - right.y * error.x) / determinant)
            }
        }
        let rest = wanted - distorted(point, lens)
        return abs(rest.x) + abs(rest.y) < 1e-8 ? point : nil
    }

    /// The direction, of length 1, of what is seen at a pixel: ahead, to the right, down; `nil` where the distortion
    /// has no answer.
    public func direction(x: Double, y: Double) -> SIMD3<Double>? {
        let wanted = SIMD2((x - cx) / fx, (y - cy) / fy)
        guard abs(wanted.x) < 1e3, abs(wanted.y) < 1e3, let point = Self.normalized(wanted, distortion) else {
            return nil
        }
        let direction = SIMD3(1, point.x, point.y)
        return direction / direction.length
    }

    /// Where in the picture a direction (ahead, right, down) is seen; `nil` outside it.
    public func pixel(of direction: SIMD3<Double>) -> SIMD2<Double>? {
        guard direction.x > 0 else { return nil }
        let point = SIMD2(direction.y, direction.z) / direction.x
        guard (point * point).sum() <= widest * 1.0001 else { return nil }
        let seen = Self.distorted(point, distortion)
        let pixel = SIMD2(fx * seen.x + cx, fy * seen.y + cy)
        let isInside =
            pixel.x >= -0.5 && pixel.y >= -0.5 && pixel.x <= Double(width) - 0.5 && pixel.y <= Double(height) - 0.5
        return isInside ? pixel : nil
    }
}
