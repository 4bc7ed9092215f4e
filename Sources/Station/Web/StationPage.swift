// The page that this program carries.
import CPlatform
import CStationPage
import HTTP

/// What lies in the folder `Page` when the program is built.
public enum StationPage {
    public static var files: StaticFiles {
        var files: [StaticFiles.File] = []
        while true {
            let file = arete_station_page(files.count)
            guard let name = file.name else { return StaticFiles(files) }
            let bytes = UnsafeRawBufferPointer(start: file.bytes, count: file.count)
            files.append(StaticFiles.File(name: String(cString: name), bytes: Array(bytes), tag: tag(bytes)))
        }
    }

    /// The page at `/`, all other files under `/assets/`.
    public static func add(_ files: StaticFiles = files, to router: inout Router) {
        router.get("/") { files.answer("index.html", $0) }
        router.get("/assets/*") { files.answer($0.parameters["*"] ?? "", $0) }
    }

    private static func tag(_ bytes: UnsafeRawBufferPointer) -> String {
        var hash: [UInt64] = [0, 0]
        arete_hash128(bytes.baseAddress, bytes.count, [0, 0], &hash)
        return hash.map { word in
            let text = String(word, radix: 16)
            return String(repeating: "0", count: 16 - text.utf8.count) + text
        }.joined()
    }
}
