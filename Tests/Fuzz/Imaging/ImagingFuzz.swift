// Feeds the picture readers, files' and cameras': any bytes end in an error or a picture within the limits.

import FuzzDriver
import Imaging

@main enum ImagingFuzz {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            let file = Array(UnsafeBufferPointer(start: data, count: size))
            if let image = try? Image.decode(file, limits: ImageLimits(pixels: 1 << 20)) {
                precondition(image.width * image.height <= 1 << 20)
                precondition(image.bytes.count == image.width * image.height * image.format.channels)
            }
            guard let stream = try? MotionJPEG(width: 16, height: 16) else { preconditionFailure("a usual size") }
            for least in [nil, (2, 2), (5, 5)] {
                guard let picture = try? file.withUnsafeBytes({ try stream.decode($0, least: least) }) else { continue }
                precondition(picture.raw.format.width == (least == nil ? 16 : least?.0 == 2 ? 2 : 8))
            }
            return 0
        }
    }
}
