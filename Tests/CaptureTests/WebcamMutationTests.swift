// Broken frames in formats of webcams' own, whose decoders are old and trusting.
import CWebcam
import TestSupport
import Testing

@testable import Capture

@Suite(hasWebcams) struct WebcamMutationTests {
    /// One to four damages, as bad cables and bad wills make them.
    private func mutated(_ frame: [UInt8], _ draw: inout SplitMix) -> [UInt8] {
        var bytes = frame
        for _ in 0..<Int.random(in: 1...4, using: &draw) where bytes.count > 4 {
            let at = Int.random(in: 0..<bytes.count, using: &draw)
            let length = Int.random(in: 1...min(24, bytes.count - at), using: &draw)
            switch Int.random(in: 0..<6, using: &draw) {
            case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &draw)
            case 1: bytes.removeSubrange(at..<at + length)
            case 2: bytes.insert(contentsOf: bytes[at..<at + length], at: at)
            case 3: bytes.removeLast(bytes.count - at)
            case 4: for i in at..<at + length { bytes[i] = UInt8.random(in: 0...255, using: &draw) }
            default: for i in at..<at + length { bytes[i] = [0, 0xFF, 0x4B, 0xC4].randomElement(using: &draw) ?? 0 }
            }
        }
        return bytes
    }

    @Test(
        "whatever a frame holds, its decoder keeps to the frame, to its memory and to the picture",
        arguments: WebcamFrame.names)
    func mutations(name: String) throws {
        var draw = SplitMix(state: 1999)
        var format = try #require(FourCC(stringLiteral: name).webcam)
        let memory = try (0..<3).map { _ in try FencedMemory(capacity: 1 << 18) }
        for (width, height) in [(16, 8), (32, 32), (48, 16), (64, 32), (160, 96)]
        where arete_webcam_has_size(&format, width, height) {
            let whole = WebcamFrame.random(name, width, height, &draw)
            let webcam = try #require(arete_webcam_create(&format, UInt32(width), UInt32(height)))
            defer { arete_webcam_destroy(webcam) }
            var decoded = 0
            for round in 0..<100 {
                let bytes = round == 0 ? whole : mutated(whole, &draw)
                let frame = memory[0].holding(bytes)
                var report = arete_webcam_report()
                let picture = memory[1].filled(arete_webcam_picture_bytes(&format, width, height)) { picture in
                    let scratch = memory[2].filled(arete_webcam_scratch(&format, width, height)) { scratch in
                        let status = arete_webcam_decode(
                            webcam, frame, bytes.count, 0, scratch.assumingMemoryBound(to: UInt8.self),
                            picture.assumingMemoryBound(to: UInt8.self), &report)
                        decoded += status == ARETE_WEBCAM_OK ? 1 : 0
                        #expect(status != ARETE_WEBCAM_DAMAGED || round > 0, "\(width) x \(height) \(report)")
                    }
                    #expect(scratch.prefix(64).allSatisfy { $0 == 0xA5 })
                }
                #expect(picture.prefix(64).allSatisfy { $0 == 0xA5 })
                #expect(Array(UnsafeBufferPointer(start: frame, count: bytes.count)) == bytes)
            }
            #expect(decoded > 0)
        }
    }
}
