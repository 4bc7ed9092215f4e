// Feeds the picture readers: any bytes end in an error or a picture within the limits.

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
            return 0
        }
    }
}
