// Draws the flight of a drone that searches a slope: film, telemetry, terrain, and what was really there.
import Glibc
import Tensors

@main enum SampleFlight {
    private static let usage = """
        usage: SampleFlight FOLDER

        Draws into FOLDER: flight.mjpeg (what the drone's camera sees, \(Int(FilmOptions().rate)) pictures a second), flight.tlog (its MAVLink
        telemetry), terrain/\(Relief.tileName) (the heights of the ground) and truth.json (where everybody was).
        """

    static func main() {
        let words = CommandLine.arguments.dropFirst()
        guard words.count == 1, let folder = words.first, !folder.hasPrefix("-") else {
            say(usage)
            exit(words.contains("--help") || words.contains("-h") ? 0 : 2)
        }
        do { try draw(into: folder, FilmOptions()) } catch {
            say("SampleFlight: \(error)")
            exit(1)
        }
    }

    /// Draws all files; the same bytes each time.
    static func draw(into folder: String, _ options: FilmOptions) throws {
        try make(folder + "/terrain")
        let film = try Film(options)
        try write(try film.relief.tile(), "\(folder)/terrain/\(Relief.tileName)")
        try write(Telemetry.log(of: film.search, seed: 1), "\(folder)/flight.tlog")
        var frames: [FilmFrame] = []
        try AtomicFile.write(to: "\(folder)/flight.mjpeg") { put in
            frames = try film.write { picture in try picture.withUnsafeBytes(put) }
        }
        try write(Array(Truth.document(film, frames).text.utf8), "\(folder)/truth.json")
    }

    /// Makes a folder and those above it.
    static func make(_ folder: String) throws {
        let names = folder.split(separator: "/")
        let root = folder.hasPrefix("/") ? "/" : ""
        for count in names.indices {
            let path = root + names[...count].joined(separator: "/")
            guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
                throw FlightError(reason: "\(path): \(String(cString: strerror(errno)))")
            }
        }
    }

    private static func write(_ bytes: [UInt8], _ path: String) throws {
        do throws(AtomicFileError) {
            try AtomicFile.write(bytes, to: path)
        } catch { throw FlightError(reason: "\(path): \(error)") }
    }

    private static func say(_ words: String) { (words + "\n").withCString { _ = Glibc.write(2, $0, strlen($0)) } }
}
