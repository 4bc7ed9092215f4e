// Our own kernel for mosaics beside libv4lconvert's.
import CWebcam
import TestSupport
import Testing

@testable import Capture
@testable import Imaging

@Suite(hasWebcams) struct LibraryBayerTests {
    /// What the library makes of a mosaic, which it is asked for nowhere else.
    private func library(_ name: FourCC, bits: UInt32, _ samples: [UInt8], _ width: Int, _ height: Int) throws
        -> [UInt8]
    {
        let format = UnsafeMutablePointer<arete_webcam_format>.allocate(capacity: 1)
        defer { format.deallocate() }
        format.initialize(to: arete_webcam_format())
        format.pointee.code = name.code
        format.pointee.layout = ARETE_WEBCAM_RGB
        format.pointee.bits = bits
        let webcam = try #require(arete_webcam_create(format, UInt32(width), UInt32(height)))
        defer { arete_webcam_destroy(webcam) }
        var scratch = [UInt8](repeating: 0, count: arete_webcam_scratch(format, width, height))
        var picture = [UInt8](repeating: 0, count: 3 * width * height)
        var report = arete_webcam_report()
        let status = arete_webcam_decode(webcam, samples, samples.count, 0, &scratch, &picture, &report)
        #expect(status == ARETE_WEBCAM_OK, "\(report)")
        return picture
    }

    @Test(
        "inside the border pictures of 8 bits are the library's, and those of 10 bits off by 1 at most",
        arguments: [
            (["BA81", "GBRG", "GRBG", "RGGB"], 8), (["BG10", "GB10", "BA10", "RG10"], 10),
            (["pBAA", "pGAA", "pgAA", "pRAA"], 0), (["BYR2", "GB16", "GR16", "RG16"], 16),
        ] as [([FourCC], Int)])
    func mosaics(names: [FourCC], bits: Int) throws {
        var draw = SplitMix(state: 8)
        for (name, pattern) in zip(names, BayerFormat.Pattern.allCases) {
            for (width, height) in [(16, 8), (64, 48), (160, 120)] {
                let samples: BayerFormat.Samples = bits == 8 ? .bytes : bits == 0 ? .packed10 : .words(bits: bits)
                let format = try BayerFormat(pattern, samples, width: width, height: height)
                var bytes = (0..<format.rowBytes * height).map { _ in UInt8.random(in: 0...255, using: &draw) }
                if bits == 10 { for high in stride(from: 1, to: bytes.count, by: 2) { bytes[high] &= 3 } }
                let theirs = try library(
                    name, bits: UInt32(8 * format.rowBytes / width), bytes, width, height)
                let decoder = try BayerDecoder(format)
                let ours = try bytes.withUnsafeBytes { try decoder.decode([$0]).bytes }
                var worst = 0
                for y in 1..<height - 1 {
                    for at in 3 * (y * width + 1)..<3 * (y * width + width - 1) {
                        worst = max(worst, abs(Int(ours[at]) - Int(theirs[at])))
                    }
                }
                #expect(worst <= (bits == 8 ? 0 : 1), "\(name) \(width) x \(height): \(worst)")
            }
        }
    }
}
