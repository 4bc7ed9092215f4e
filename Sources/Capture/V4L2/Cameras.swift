// Which cameras this machine has.
import CV4L2
import Glibc

/// A camera, as it describes itself.
public struct CameraDescription: Hashable, Sendable {
    /// The device node now: `/dev/video0`.
    public var path: String
    /// Names the camera wherever its node moves to: the serial number of a USB camera, else where it is plugged in.
    public var id: String
    public var name: String
    public var driver: String
    public var bus: String
    public var modes: [FrameMode]
    public var controls: [Control]
}

/// A device node that might be a camera, and cannot be asked.
public struct SilentCamera: Equatable, Sendable {
    public var path: String
    public var error: CaptureError
}

public enum Cameras {
    /// All nodes that give frames, by their number, and those that could not be asked. Nodes that give none (the metadata that comes
    /// with a picture, outputs, radios) are left out.
    ///
    /// Complexity: O(nodes * (modes + controls)) requests of drivers.
    public static func all(folder: String = "/dev") -> (cameras: [CameraDescription], silent: [SilentCamera]) {
        var cameras: [CameraDescription] = []
        var silent: [SilentCamera] = []
        for path in nodes(in: folder) {
            do {
                cameras.append(try describe(path))
            } catch CaptureError.notACamera, CaptureError.missing {
                continue
            } catch {
                silent.append(SilentCamera(path: path, error: error))
            }
        }
        return (cameras, silent)
    }

    /// - Throws: `CaptureError` when the node is missing, may not be opened or gives no frames.
    public static func describe(_ path: String) throws(CaptureError) -> CameraDescription {
        let device = try VideoDevice(path: path)
        return CameraDescription(
            path: path, id: device.id, name: device.card, driver: device.driver, bus: device.bus,
            modes: try device.modes(), controls: try device.controls())
    }

    /// The camera that calls itself `id`, wherever its node is now.
    ///
    /// - Throws: `CaptureError.missing` when there is none; the error of a node that could not be asked, when there is one.
    static func device(id: String, folder: String = "/dev") throws(CaptureError) -> VideoDevice {
        var failure: CaptureError?
        for path in nodes(in: folder) {
            do {
                let device = try VideoDevice(path: path)
                if device.id == id { return device }
            } catch CaptureError.notACamera, CaptureError.missing {
                continue
            } catch {
                failure = error
            }
        }
        throw failure ?? .missing(id)
    }

    /// `video0`, `video1`, ... in the order of their numbers.
    private static func nodes(in folder: String) -> [String] {
        guard let listing = opendir(folder) else { return [] }
        defer { closedir(listing) }
        var numbers: [Int] = []
        while let entry = readdir(listing) {
            let name = text(of: entry.pointee.d_name)
            if name.hasPrefix("video"), let number = Int(name.dropFirst(5)) { numbers.append(number) }
        }
        return numbers.sorted().map { "\(folder)/video\($0)" }
    }
}

extension VideoDevice {
    /// What the camera is called wherever its node moves to.
    var id: String { serial ?? bus }

    /// The serial number that a USB camera tells, by way of the kernel's description of the device it is part of.
    private var serial: String? {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        let number = "\(arete_device_major(status.st_rdev)):\(arete_device_minor(status.st_rdev))"
        let interface = "/sys/dev/char/\(number)/device"
        guard let line = firstLine(of: "\(interface)/../serial"), !line.isEmpty else { return nil }
        return line
    }
}

/// A short file's first line, without what a hostile device might put into it to be obeyed.
private func firstLine(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = retrying { Int32(read(descriptor, &bytes, 256)) }
    guard count > 0 else { return nil }
    return String(decoding: bytes.prefix(Int(count)).prefix { $0 >= 32 && $0 < 127 }, as: UTF8.self)
}
