// The files of images that a network is calibrated on.
import Evaluation
import Glibc

/// Images named by a folder, a COCO file or one by one.
public enum CalibrationFiles {
    /// The images that `paths` name, in the order of the paths, those of a folder by name.
    ///
    /// A path is a folder of images, a COCO annotation file (ending in `.json`, its file names start from `imageFolder` or from where it
    /// lies) or an image.
    /// - Parameter comparing: whether the network compares each image with its template, which annotations alone name.
    /// - Throws: `QuantizerError.calibration` naming what cannot be read.
    public static func list(
        _ paths: [String], imageFolder: String? = nil, comparing: Bool = false
    ) throws(QuantizerError) -> [CalibrationImage] {
        var files: [CalibrationImage] = []
        for path in paths {
            var status = stat()
            guard stat(path, &status) == 0 else {
                throw .calibration("\(path): cannot be read: \(String(cString: strerror(errno)))")
            }
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            if path.hasSuffix(".json"), !isFolder {
                files += try images(annotatedIn: path, folder: imageFolder, comparing: comparing)
            } else if comparing {
                throw .calibration(
                    "\(path): the model compares each image with a template: calibrate it on annotations with the key "
                        + "\"template\", or on .npy arrays, one for each input")
            } else {
                files += (isFolder ? try images(inFolder: path) : [path]).map { CalibrationImage(path: $0) }
            }
        }
        return files
    }

    private static func images(inFolder path: String) throws(QuantizerError) -> [String] {
        do throws(EvaluationError) {
            return try ImageFolder(path).files()
        } catch {
            throw .calibration(error.description)
        }
    }

    private static func images(
        annotatedIn path: String, folder: String?, comparing: Bool
    ) throws(QuantizerError) -> [CalibrationImage] {
        let own = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        do throws(EvaluationError) {
            let annotations = try Annotations.read(path: path)
            let images = ImageFolder(folder ?? own)
            var files: [CalibrationImage] = []
            for image in annotations.images {
                let template = comparing ? try images.template(of: image) : nil
                files.append(CalibrationImage(path: try images.file(of: image), template: template))
            }
            return files
        } catch {
            throw .calibration(error.description)
        }
    }
}
