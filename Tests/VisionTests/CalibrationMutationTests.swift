// Broken files of calibrations.
import Foundation
import Imaging
import TestSupport
import Testing

@testable import Vision

@Suite struct CalibrationMutationTests {
    private static let seeds: [[UInt8]] = {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fuzz/Seeds/Calibration")
        let names = ["camera.json", "plane.json", "flat.json", "sun.csv", "sun.json"]
        return names.compactMap { try? Data(contentsOf: folder.appendingPathComponent($0)) }.map { Array($0) }
    }()

    private static let pieces = [
        "-", "1e300", "1e-300", "0", "null", "[", "]", "{", ",", "99999999999999999999", "\\u0000",
    ]

    private func mutated(_ file: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        var bytes = file
        for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
            let at = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
            case 1...5:
                // Another number.
                guard let digit = bytes[at...].firstIndex(where: { (48...57).contains($0) }) else { continue }
                bytes[digit] = UInt8.random(in: 48...57, using: &random)
            case 6: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...12, using: &random)))
            default: bytes.insert(contentsOf: Array((Self.pieces.randomElement(using: &random) ?? "").utf8), at: at)
            }
        }
        return bytes
    }

    @Test("mutated files are read or refused, and tell finite numbers or none", arguments: 1...4)
    func mutations(seed: Int) {
        #expect(Self.seeds.count == 5)
        var random = SplitMix(state: UInt64(seed))
        var readable = 0
        for _ in 0..<500 {
            guard let file = Self.seeds.randomElement(using: &random) else { continue }
            mutated(file, &random).withUnsafeBytes { bytes in
                do throws(CalibrationError) {
                    let camera = try CameraCalibration(bytes, source: "m.json")
                    let ray = camera.ray(SIMD2(100, 100))
                    #expect(ray.map { $0.length.isFinite } ?? true, "seed \(seed)")
                    readable += 1
                } catch {
                    #expect(error.description.hasPrefix("m.json"), "seed \(seed): \(error)")
                }
                if let plane = try? PlaneCalibration(bytes, source: "m.json") {
                    let size = plane.millimetres(of: Box(x: 10, y: 20, width: 30, height: 40))?.size ?? 0
                    #expect(size.isFinite && size >= 0, "seed \(seed)")
                    readable += 1
                }
                if (try? DirectionFile.sightings(bytes, source: "m.json")) != nil { readable += 1 }
            }
        }
        #expect(readable > 20, "seed \(seed)")
    }
}
