// Feeds files of terrain: any bytes end in heights, or in words.

import FuzzDriver
import Glibc
import Terrain

@main enum TerrainFuzz {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            let bytes = UnsafeRawBufferPointer(start: data, count: size)
            let folder = "/tmp/arete-fuzz-terrain-\(getpid())"
            mkdir(folder, 0o700)
            // The first byte tells what the others are.
            let path = folder + (bytes.first.map { $0 & 1 == 1 } ?? true ? "/a.tif" : "/N44W072.hgt")
            guard let file = fopen(path, "wb") else { return 0 }
            if size > 1, let start = bytes.baseAddress { fwrite(start + 1, 1, size - 1, file) }
            fclose(file)
            defer {
                unlink(path)
                rmdir(folder)
            }
            guard let terrain = try? TerrainFolder(path: folder) else { return 0 }
            for (latitude, longitude) in [(44.5, -71.5), (46, 8), (45.999, 8.001), (0, 0), (-90, 180)] {
                if let height = terrain.height(latitude: latitude, longitude: longitude).metres {
                    precondition(height.isFinite)
                }
            }
            return 0
        }
    }
}
