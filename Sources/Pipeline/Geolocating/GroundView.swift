// What a source's camera and ground are, as files tell it.
import Geolocation
import Terrain
import Vision

/// A source's lens, and the ground that it looks at.
struct GroundView: Sendable {
    let configuration: GeolocationConfiguration
    let terrain: WatchedTerrain?
    private let calibration: CameraCalibration?

    /// - Parameter terrain: those that are open, by their folder: cameras of one vehicle look at the same ground.
    /// - Throws: `PipelineError` for a file or folder that cannot be used.
    init(
        _ configuration: GeolocationConfiguration, _ terrains: inout [String: WatchedTerrain]
    ) throws(PipelineError) {
        self.configuration = configuration
        switch configuration.lens {
        case .view: calibration = nil
        case .calibration(let path): calibration = try Self.calibration(path)
        }
        guard let path = configuration.terrain else {
            terrain = nil
            return
        }
        if terrains[path] == nil { terrains[path] = try Self.terrain(path) }
        terrain = terrains[path]
    }

    private static func calibration(_ path: String) throws(PipelineError) -> CameraCalibration {
        do throws(CalibrationError) { return try CameraCalibration.read(path) } catch {
            switch error {
            case .document(let error): throw .configuration(error)
            case .file(let path, let reason): throw .file(path: path, reason: reason)
            default: throw .file(path: path, reason: error.description)
            }
        }
    }

    private static func terrain(_ path: String) throws(PipelineError) -> WatchedTerrain {
        do throws(TerrainError) {
            let folder = try TerrainFolder(path: path)
            return WatchedTerrain(folder, name: path, troubles: folder.troubles)
        } catch {
            throw .system(
                "terrain: \(error); put SRTM tiles (.hgt) or GeoTIFFs there, or leave \"terrain\" out: the ground is level then"
            )
        }
    }

    var mount: CameraMount {
        var mount = CameraMount(carrier: configuration.carrier, lever: configuration.lever)
        mount.boresight = configuration.boresight ?? calibration?.boresight?.turn ?? mount.boresight
        return mount
    }

    /// For pictures of a size.
    ///
    /// - Throws: `ViewRefusal` for those of another shape than the calibration's.
    func locator(width: Int, height: Int) throws(ViewRefusal) -> Geolocator {
        let camera: CameraModel?
        switch configuration.lens {
        case .view(let degrees): camera = CameraModel(width: width, height: height, horizontalView: degrees)
        case .calibration(let path):
            guard let known = calibration else { throw ViewRefusal(description: "\(path) is no calibration") }
            let old = (width: known.width, height: known.height)
            guard let lens = known.lens.scaled(from: old, to: (width, height)) else {
                throw ViewRefusal(
                    description: "\(path) was measured in pictures of \(old.width) x \(old.height) pixels; those of "
                        + "\(width) x \(height) have another shape, and nothing in them is placed")
            }
            camera = CameraModel(lens, width: width, height: height)
        }
        guard let camera else { throw ViewRefusal(description: "what is known of the lens makes no camera") }
        return Geolocator(
            camera: camera, mount: mount, ground: Ground(model: terrain), rules: configuration.rules)
    }
}

/// Why nothing in pictures of a size is placed.
struct ViewRefusal: Error {
    let description: String
}

extension CameraModel {
    fileprivate init?(_ lens: Lens, width: Int, height: Int) {
        let parts = lens.distortion
        guard parts.count == 5 else { return nil }
        self.init(
            width: width, height: height, fx: lens.fx, fy: lens.fy, cx: lens.cx, cy: lens.cy,
            distortion: Distortion(k1: parts[0], k2: parts[1], p1: parts[2], p2: parts[3], k3: parts[4]))
    }
}
