// A camera's mounting, measured from sightings of known directions.
import Evaluation
import JSON
import Vision

struct BoresightRun {
    let sightings: String
    let lens: String
    let output: String

    func run(isJSON: Bool) throws {
        var camera = try CameraCalibration.read(lens)
        let boresight = try Boresight(DirectionFile.read(sightings), through: camera.lens)
        camera.boresight = boresight
        try TextFolder.write(camera.json.indentedText + "\n", to: output)
        if isJSON { return try Output.print(camera.json.text) }
        let angles = zip(
            ["roll", "pitch", "yaw"], zip([boresight.roll, boresight.pitch, boresight.yaw], boresight.deviations))
        let rows = angles.map { name, figures in
            "  \(name)  \(Figures.text(figures.0, digits: 3)) ± \(Figures.text(figures.1, digits: 3)) degrees"
        }
        let head =
            "\(output): \(boresight.observations) observations,"
            + " off by \(Figures.text(boresight.rms, digits: 3)) degrees"
        try Output.print(([head] + rows).joined(separator: "\n"))
    }
}
