// The page within the program.
import Foundation
import HTTP
import Station
import Testing

@Suite struct StationPageTests {
    @Test("the program carries every file of the page's folder, as it is")
    func whole() throws {
        let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let folder = root.appendingPathComponent("Sources/Station/Page")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        var isFolder: ObjCBool = false
        let names = paths.filter { name in
            let path = folder.appendingPathComponent(name).path
            return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
        }
        let files = StationPage.files
        #expect(files.names == names.sorted() && files.names.contains("map/map.js"), "run scripts/page.sh")
        var router = Router()
        StationPage.add(files, to: &router)
        for name in files.names {
            let path = name == "index.html" ? "/" : "/assets/\(name)"
            guard let target = RequestTarget(path) else { continue }
            let response = router.answer(HTTPRequest(method: "GET", target: target))
            guard case .bytes(let bytes) = response.body else { continue }
            #expect(try Data(bytes) == Data(contentsOf: folder.appendingPathComponent(name)), "\(name)")
            #expect(response["etag"]?.count == 34 && response["content-type"] != "application/octet-stream", "\(name)")
        }
    }
}
