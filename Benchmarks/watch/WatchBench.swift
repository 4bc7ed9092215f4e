// How well a camera's faults are told apart: drawn onto photographs as a standing camera with a noisy sensor would see them.
//
//   make bench-watch IMAGES="FILE..."
import Evaluation
import Glibc
import Imaging
import Vision

/// Noise that differs from picture to picture, drawn once.
struct Sensor {
    private let noise: [Float]
    private var generator: UInt64 = 1

    init(count: Int) {
        var state: UInt64 = 7
        noise = (0..<count + 65536).map { _ in
            (0..<3).reduce(Float(0)) { sum, _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return sum + Float(state >> 40) / Float(1 << 23) - 1
            }
        }
    }

    mutating func shot(_ light: [Float], deviation: Float = 2) -> [UInt8] {
        generator = generator &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let start = Int(generator >> 48)
        return light.indices.map { UInt8(min(max(light[$0] + deviation * noise[start + $0], 0), 255)) }
    }
}

struct View {
    let width: Int
    let height: Int
    let light: [Float]

    init(_ image: Image) {
        let grey = image.converted(to: .grey)
        (width, height, light) = (grey.width, grey.height, grey.bytes.map { Float($0) })
    }

    private init(_ view: View, _ light: [Float]) { (width, height, self.light) = (view.width, view.height, light) }

    func lit(_ change: (Float) -> Float) -> View { View(self, light.map(change)) }

    func shifted(_ share: Double) -> View {
        let right = max(Int(Double(width) * share), 1)
        return View(
            self,
            light.indices.map { at in
                let from = at % width - right
                return light[at - at % width + (from < 0 ? -from : from)]
            })
    }

    func blurred(strength: Int) throws -> View {
        let grey = try Image(width: width, height: height, format: .grey, bytes: light.map { UInt8($0) })
        return View(try Corruption.blur.applied(to: grey, strength: strength, seed: 1))
    }

    func covered(_ level: Float) -> View {
        View(self, light.indices.map { level + Float($0 % width) / Float(width) * 6 })
    }
}

@main enum WatchBench {
    /// The time of each look.
    nonisolated(unsafe) private static var looks: [Duration] = []

    static func main() throws {
        let views = CommandLine.arguments.dropFirst().compactMap { try? View(narrowed(try Image.read(path: $0))) }
        guard let first = views.first else {
            print("make bench-watch IMAGES=\"FILE...\": none of them is a picture")
            exit(2)
        }
        print(
            "\(views.count) pictures, looked at twice a second for 12 s, then 4 s with the fault; noise of 2 grey levels\n"
        )
        let others = views.dropFirst().first ?? first
        let faults: [(String, ViewFault?, (View) throws -> View)] = [
            ("3 % of the light", .dark, { $0.lit { $0 * 0.03 } }),
            ("8 times the light", .overexposed, { $0.lit { $0 * 8 } }),
            ("dark cover", .covered, { $0.covered(50) }), ("bright cover", .covered, { $0.covered(150) }),
            ("blur of 2 pixels", .blurred, { try $0.blurred(strength: 2) }),
            ("blur of 3 pixels", .blurred, { try $0.blurred(strength: 3) }),
            ("blur of 6 pixels", .blurred, { try $0.blurred(strength: 5) }),
            ("shifted by 2 %", .moved, { $0.shifted(0.02) }), ("shifted by 5 %", .moved, { $0.shifted(0.05) }),
            ("shifted by 10 %", .moved, { $0.shifted(0.1) }),
            ("another place", .moved, { view in view.light == first.light ? others : first }),
            ("nothing", nil, { $0 }), ("half the light", nil, { $0.lit { $0 * 0.5 } }),
            ("a third more light", nil, { $0.lit { $0 * 1.33 } }),
        ]
        print("| fault | told | another told |\n| --- | --- | --- |")
        for (name, fault, change) in faults {
            var (told, wrong) = (0, 0)
            for view in views {
                let found = try judged(view, try change(view))
                if let fault, found.contains(fault) { told += 1 }
                if found.contains(where: { $0 != fault }) { wrong += 1 }
            }
            print("| \(name) | \(fault == nil ? "-" : "\(told) of \(views.count)") | \(wrong) |")
        }
        var frozen = 0
        for view in views where try judged(view, view, isFrozen: true) == [.frozen] { frozen += 1 }
        print("| one picture again and again | \(frozen) of \(views.count) | |")
        let median = Double(looks.sorted()[looks.count / 2].components.attoseconds) / 1e15
        print("\na look takes \(Figures.text(median, digits: 2)) ms (median)")
    }

    private static func narrowed(_ image: Image) throws -> Image {
        guard image.width > 1280 else { return image }
        return try image.resized(width: 1280, height: max(image.height * 1280 / image.width, 1), filter: .area)
    }

    private static func judged(_ view: View, _ changed: View, isFrozen: Bool = false) throws -> Set<ViewFault> {
        let watch = CameraWatch()
        var sensor = Sensor(count: max(view.light.count, changed.light.count))
        let still = sensor.shot(view.light)
        for look in 0..<32 {
            let now = look < 24 ? view : changed
            let bytes = isFrozen && look >= 24 ? still : sensor.shot(now.light)
            let format = try RawFormat(.grey, width: now.width, height: now.height)
            looks.append(
                try ContinuousClock().measure {
                    try bytes.withUnsafeBytes {
                        _ = try watch.look(at: try RawPicture(format, [$0]), time: Double(look) / 2)
                    }
                })
        }
        return watch.faults
    }
}
