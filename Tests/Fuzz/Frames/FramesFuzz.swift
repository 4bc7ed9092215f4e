// Feeds the files that sources read (recordings, JPEG pictures one behind the other, raw frames) and the decoders of webcams' own formats: any
// bytes end in frames or an error.

import CWebcam
import Capture
import FuzzDriver
import Glibc
import Imaging

@main enum FramesFuzz {
    static func main() {
        // A file without a name, which can be opened by its number.
        var name = Array(("/tmp/arete-fuzz-" + String(repeating: "X", count: 6)).utf8CString)
        file = mkstemp(&name)
        precondition(file >= 0 && unlink(name) == 0)
        path = "/proc/self/fd/\(file)"
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            ftruncate(FramesFuzz.file, 0)
            pwrite(FramesFuzz.file, data, size, 0)
            FramesFuzz.read()
            FramesFuzz.decode(data, size)
            return 0
        }
    }

    nonisolated(unsafe) private static var file: Int32 = -1
    nonisolated(unsafe) private static var path = ""

    private static func read() {
        let raw = ["YUYV", "NM12", "pRAA", "BG12", "Y16", "NV61", "XR24", "RGBP"].map { (format: FourCC) in
            SourceRequest.raw(RawFileRequest(path: path, format: format, width: 8, height: 4))
        }
        let decoder = FrameDecoder()
        for request in raw + [.recording(path: path), .motionJPEG(path: path, rate: 25)] {
            guard let source = try? request.open(pace: .fastest) else { continue }
            while case .frame(let frame) = try? source.next(within: 1000) {
                precondition(frame.planes.reduce(0) { $0 + $1.count } <= 1 << 26)
                // As far as memory for pictures goes in a fuzzer.
                guard frame.format.width * frame.format.height <= 1 << 20 else { continue }
                _ = try? decoder.withPicture(of: frame) { picture, _ in
                    precondition(picture.format.width <= frame.format.width)
                }
            }
        }
    }

    /// Webcams' own formats, in which recordings hold no broken frames: their sums would tell.
    private static func decode(_ data: UnsafePointer<UInt8>?, _ size: Int) {
        let formats: [FourCC] = [
            "S501", "CITV", "KONI", "S920", "M420", "S680", "S910", "SONX", "M310", "905C", "P207", "S401", "JPGL",
            "PJPG",
        ]
        let (width, height) = (32, 16)
        for code in formats where arete_webcam_absence() == nil {
            guard let format = arete_webcam_format_of(code.code), arete_webcam_has_size(format, width, height),
                let webcam = arete_webcam_create(format, UInt32(width), UInt32(height))
            else { preconditionFailure("\(code)") }
            // Of the heap, where the sanitizer watches both sides.
            let scratch = UnsafeMutablePointer<UInt8>.allocate(
                capacity: arete_webcam_scratch(format, width, height))
            let picture = UnsafeMutablePointer<UInt8>.allocate(
                capacity: arete_webcam_picture_bytes(format, width, height))
            var report = arete_webcam_report()
            _ = arete_webcam_decode(webcam, data, size, 0, scratch, picture, &report)
            scratch.deallocate()
            picture.deallocate()
            arete_webcam_destroy(webcam)
        }
    }
}
