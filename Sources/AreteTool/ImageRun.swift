// Images through a model, one after another.
import Evaluation
import Imaging

/// Runs `body` for each image that can be read. What goes wrong with one image is said on standard error, and the others follow.
enum ImageRun {
    /// - Throws: `AlreadyReported` at the end when any image failed; at once when standard output cannot be written.
    static func forEach(_ paths: [String], _ body: (String, Image) throws -> Void) throws {
        var hasFailed = false
        for path in paths {
            do {
                try body(path, try Image.read(path: path))
            } catch let error as OutputError {
                throw error
            } catch {
                Output.error("arete: \(path): \(error)")
                hasFailed = true
            }
        }
        if hasFailed { throw AlreadyReported() }
    }
}

/// Numbers as results show them; the same for all subcommands.
typealias Figures = Evaluation.Figures
