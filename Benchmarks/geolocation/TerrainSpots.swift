// Heights that other programs read from the same tiles.
import Geolocation
import Glibc
import JSON
import Link
import MAVLink
import Terrain

enum TerrainSpots {
    static func print(_ path: String, folder: String) throws {
        let document = try document(path)
        let terrain = try TerrainFolder(path: folder)
        Swift.print("\n## Terrain")
        for trouble in terrain.troubles { Swift.print("\n\(trouble)") }
        header(["place", "expected", "found"])
        for spot in try document.list("spots") {
            let height = terrain.height(latitude: try spot.number("lat"), longitude: try spot.number("lon"))
            row([
                try spot.string("name"), text(try spot.number("bilinear")),
                height.metres.map { text($0) } ?? "\(height)",
            ])
        }
        let outside = try document.at("outside")
        let height = terrain.height(latitude: try outside.number("lat"), longitude: try outside.number("lon"))
        row(["outside the window", try outside.string("expect"), "\(height)"])
        timing(terrain)
    }

    private static func fastest(of times: Int, _ work: () -> Void) -> Double {
        (0..<times).reduce(Double.infinity) { fastest, _ in
            var (began, ended) = (timespec(), timespec())
            clock_gettime(CLOCK_MONOTONIC, &began)
            work()
            clock_gettime(CLOCK_MONOTONIC, &ended)
            let seconds = Double(ended.tv_sec - began.tv_sec) + Double(ended.tv_nsec - began.tv_nsec) / 1e9
            return min(fastest, seconds * 1000)
        }
    }

    /// Over the slope east of the summit, 120 m above it.
    private static func timing(_ terrain: TerrainFolder) {
        // The map tile that holds the summit.
        guard let tile = MercatorTile(zoom: 12, x: 1236, y: 1485),
            let camera = CameraModel(width: 1920, height: 1080, horizontalView: 70),
            let turn = Quaternion(roll: 0, pitch: -.pi / 4, yaw: 1)
        else { return }
        let place = EarthPlace(latitude: 44.27, longitude: -71.29)
        let ground = terrain.height(latitude: place.latitude, longitude: place.longitude).metres ?? 0
        let pose = ExposurePose(place: place, altitude: ground + 120, rotation: turn, errors: .gimbal)
        let locator = Geolocator(
            camera: camera, mount: CameraMount(carrier: .gimbal), ground: Ground(model: terrain))
        var known = 0
        let map = fastest(of: 20) { known = terrain.heights(of: tile)?.heights.filter { !$0.isNaN }.count ?? 0 }
        let sighting = fastest(of: 200) { _ = try? locator.sighting(x: 900, y: 500, pose: pose) }
        var area = SearchedArea(origin: place)
        let look = fastest(of: 50) { area.look(locator, pose: pose, at: 0) }
        Swift.print("")
        Swift.print("A map tile of 258 x 258 heights (\(known) known) takes \(text(map, 1)) ms, a place with its")
        Swift.print("ellipse \(text(sighting * 1000, 0)) microseconds, a look at the searched area (120 m up,")
        Swift.print("45 degrees down, cells of 10 m) \(text(look, 1)) ms.")
    }
}
