// Where a path and a stream go over the slope.
import Glibc

/// In metres along the slope and down it, from the site's middle.
enum Courses {
    /// A path that keeps its height: metres down at metres along.
    static func path(_ along: Float) -> Float { 9 * sin(along / 31 + 0.7) + 3.5 * sin(along / 12.5) - 12 }

    /// A stream that falls: metres along at metres down.
    static func stream(_ down: Float) -> Float { 27 + 7 * sin(down / 24) + 2.2 * sin(down / 7.3 + 1) }

    /// Metres from the middle of the path; below 0 on the valley's side.
    static func beside(path along: Float, _ down: Float) -> Float {
        let rise = (path(along + 0.5) - path(along - 0.5))
        return (path(along) - down) / (1 + rise * rise).squareRoot()
    }

    /// Metres from the middle of the stream.
    static func beside(stream along: Float, _ down: Float) -> Float {
        let rise = (stream(down + 0.5) - stream(down - 0.5))
        return (along - stream(down)) / (1 + rise * rise).squareRoot()
    }
}
