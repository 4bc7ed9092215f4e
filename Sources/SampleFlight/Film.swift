// The pictures of the flight.
import Imaging
import Threads

/// How large and how often.
struct FilmOptions: Sendable {
    var width = 960
    var height = 720
    /// Pictures a second.
    var rate = 5.0
    /// Pixels of a metre of ground, straight from above: as many as the camera has.
    var groundPerMetre = 22.0
    /// Of its JPEG pictures.
    var quality = 84
}

/// What a picture of the film shows.
struct FilmFrame: Sendable {
    let stand: Stand
    let people: [Person]
    let shown: [Shown]
}

struct Film: Sendable {
    let options: FilmOptions
    let relief: Relief
    let search: Search
    let people: People
    private let painter: Painter

    init(_ options: FilmOptions) throws(ThreadError) {
        self.options = options
        relief = Relief()
        let site = Site(on: relief)
        search = Search(site: site, relief: relief)
        people = People(site: site, relief: relief)
        painter = Painter(
            width: options.width, height: options.height, relief: relief, site: site,
            ground: try GroundPicture(site: site, relief: relief, perMetre: options.groundPerMetre))
    }

    var count: Int { Int(Search.duration * options.rate) }

    /// Red, green and blue of each pixel of a frame, and what is on it.
    func picture(_ number: Int) -> (bytes: [UInt8], frame: FilmFrame) {
        let time = Double(number) / options.rate
        let stand = search.stand(at: time), standing = people.standing(at: time)
        let drawn = painter.frame(number, stand, standing)
        return (drawn.bytes, FilmFrame(stand: stand, people: standing, shown: drawn.shown))
    }

    /// Gives the JPEG pictures, one behind the other.
    func write(_ take: ([UInt8]) throws -> Void) throws -> [FilmFrame] {
        var frames: [FilmFrame] = []
        // So many as memory holds with ease.
        let batch = 48
        for start in stride(from: 0, to: count, by: batch) {
            let drawn = try Crew.gather(min(batch, count - start)) { number in
                let picture = picture(start + number)
                let image = try? Image(
                    width: options.width, height: options.height, format: .rgb, bytes: picture.bytes)
                return (bytes: try? image?.jpeg(quality: options.quality), frame: picture.frame)
            }
            for (bytes, frame) in drawn {
                guard let bytes else { throw FlightError(reason: "a picture became no JPEG file") }
                try take(bytes)
                frames.append(frame)
            }
        }
        return frames
    }
}

struct FlightError: Error, CustomStringConvertible {
    let reason: String
    var description: String { reason }
}
