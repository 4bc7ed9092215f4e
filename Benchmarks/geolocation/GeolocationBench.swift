// Places of things in real pictures and poses in real logs, beside baselines.
//
//   make bench-geolocation DATA=DIR
//
// DIR holds poses/*.json, mavlink/*.tlog and terrain/spots.json with its tile; what is not there is left out.
import Glibc

@main enum GeolocationBench {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count == 3 else {
            say("usage: GeolocationBench DATA TERRAIN (a folder with the unpacked tile)")
            exit(2)
        }
        let data = arguments[1]
        print(
            "# Geolocation\n\n    make bench-geolocation DATA=DIR\n\nMetres. Baselines: median / 90 % / largest error.")
        part(data + "/poses/brighton-beach.json") { try DronePictures($0).print() }
        part(data + "/poses/sheffield-cross.json") { try SolvedPoses.print($0) }
        part(data + "/terrain/spots.json") { try TerrainSpots.print($0, folder: arguments[2]) }
        for name in ["copter-gps-acquire", "copter-flight-a", "sitl-mavlink2"] {
            part(data + "/mavlink/\(name).tlog") { try FlightLogs($0).print() }
        }
    }

    private static func say(_ words: String) { (words + "\n").withCString { _ = write(2, $0, strlen($0)) } }

    private static func part(_ path: String, _ print: (String) throws -> Void) {
        guard access(path, R_OK) == 0 else {
            say("left out: \(path) is not there")
            return
        }
        do { try print(path) } catch { say("\(path): \(error)") }
    }
}
