// Feeds the readers of calibrations and of known directions: any bytes end in an error that names the file, or in something that survives
// being written, and tells finite numbers or none.

import FuzzDriver
import Imaging
import Vision

@main enum CalibrationFuzz {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            let bytes = UnsafeRawBufferPointer(start: data, count: size)
            do throws(CalibrationError) {
                let camera = try CameraCalibration(bytes, source: "fuzz.json")
                precondition(CalibrationFuzz.again(camera) == camera)
                CalibrationFuzz.look(through: camera.lens)
            } catch {
                precondition(error.description.hasPrefix("fuzz.json"))
            }
            if let plane = try? PlaneCalibration(bytes, source: "fuzz.json") {
                precondition(CalibrationFuzz.again(plane) == plane)
                CalibrationFuzz.measure(with: plane)
                if let scaled = plane.scaled(toWidth: plane.width * 2, height: plane.height * 2) {
                    CalibrationFuzz.measure(with: scaled)
                }
            }
            if let sightings = try? DirectionFile.sightings(bytes, source: "fuzz.json") {
                let lens = Lens(fx: 500, fy: 500, cx: 320, cy: 240, distortion: [-0.2, 0.02, 0, 0, 0])
                // Its time grows with the square of their number.
                if let mounting = try? Boresight(Array(sightings.prefix(100)), through: lens) {
                    precondition(mounting.roll.isFinite && mounting.pitch.isFinite && mounting.yaw.isFinite)
                    precondition(mounting.deviations.allSatisfy { $0.isFinite } && mounting.rms.isFinite)
                }
            }
            return 0
        }
    }

    /// What is read of what is written.
    private static func again<Document: CalibrationDocument>(_ document: Document) -> Document {
        let text = Array(document.json.text.utf8)
        guard let read = text.withUnsafeBytes({ bytes in try? Document(bytes, source: "again") }) else {
            preconditionFailure("not read back")
        }
        return read
    }

    private static let pixels: [SIMD2<Double>] = [
        SIMD2(0, 0), SIMD2(319.5, 239.5), SIMD2(-0.5, 959.5), SIMD2(1e5, -1e5), SIMD2(.nan, 0),
    ]

    private static func look(through lens: Lens) {
        for pixel in pixels {
            if let straight = lens.undistorted(pixel) { precondition(straight.x.isFinite && straight.y.isFinite) }
            guard let ray = lens.ray(pixel) else { continue }
            precondition(ray.x.isFinite && ray.y.isFinite && ray.z.isFinite)
            _ = lens.project(ray)
        }
    }

    private static func measure(with plane: PlaneCalibration) {
        if let lens = plane.lens { look(through: lens) }
        for pixel in pixels {
            if let place = plane.place(pixel) { precondition(place.x.isFinite && place.y.isFinite) }
            if let scale = plane.millimetresPerPixel(at: pixel) { precondition(scale >= 0 && scale.isFinite) }
            let box = Box(x: Float(pixel.x), y: Float(pixel.y), width: 30, height: 20)
            guard let size = plane.millimetres(of: box) else { continue }
            precondition(size.width >= 0 && size.height >= 0 && size.size.isFinite)
            precondition(size.place.x.isFinite && size.place.y.isFinite)
        }
    }
}
