// An open V4L2 device node.
import CV4L2
import Glibc

/// A camera's device node, open for reading frames; closed when the last owner lets go.
final class VideoDevice: Sendable {
    let path: String
    let descriptor: Int32
    let driver: String
    let card: String
    /// Where it is plugged in: stays the same while the name of the node may change.
    let bus: String
    /// Whether buffers have planes of their own.
    let isMultiplanar: Bool

    /// - Throws: `CaptureError` when the node is missing, may not be opened or gives no frames.
    init(path: String) throws(CaptureError) {
        self.path = path
        // Without blocking: a read of a frame must not wait longer than it is told to.
        let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .of(path, "open", errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFCHR else {
            close(descriptor)
            throw .notACamera(path, reason: "not a device")
        }
        var capability = v4l2_capability()
        guard retrying({ ioctl(descriptor, UInt(ARETE_QUERYCAP), &capability) }) == 0 else {
            close(descriptor)
            throw .notACamera(path, reason: "it does not speak V4L2")
        }
        let all = capability.capabilities
        let can = all & UInt32(V4L2_CAP_DEVICE_CAPS) != 0 ? capability.device_caps : all
        let isSingle = can & UInt32(V4L2_CAP_VIDEO_CAPTURE) != 0
        isMultiplanar = !isSingle && can & UInt32(V4L2_CAP_VIDEO_CAPTURE_MPLANE) != 0
        guard isSingle || isMultiplanar else {
            close(descriptor)
            throw .notACamera(path, reason: "it gives no frames")
        }
        guard can & UInt32(V4L2_CAP_STREAMING) != 0 else {
            close(descriptor)
            throw .notACamera(path, reason: "it does not stream")
        }
        self.descriptor = descriptor
        driver = text(of: capability.driver)
        card = text(of: capability.card)
        bus = text(of: capability.bus_info)
    }

    deinit { close(descriptor) }

    var bufferType: UInt32 {
        (isMultiplanar ? V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE : V4L2_BUF_TYPE_VIDEO_CAPTURE).rawValue
    }

    /// One request of the driver; `false` where it answers that there is nothing (EINVAL, ENOTTY): the end of a list, or a thing it
    /// does not know.
    func ask<T>(_ request: UInt, _ argument: inout T, _ name: String) throws(CaptureError) -> Bool {
        if call(request, &argument) == 0 { return true }
        guard errno != EINVAL, errno != ENOTTY else { return false }
        throw .of(path, name, errno)
    }

    /// The plain system call: 0, or -1 and `errno`.
    func call<T>(_ request: UInt, _ argument: inout T) -> Int32 {
        withUnsafeMutablePointer(to: &argument) { pointer in retrying { ioctl(descriptor, request, pointer) } }
    }

    /// One request that must not fail.
    func demand<T>(_ request: UInt, _ argument: inout T, _ name: String) throws(CaptureError) {
        guard call(request, &argument) == 0 else { throw .of(path, name, errno) }
    }
}

/// Calls again what a signal interrupted.
func retrying(_ call: () -> Int32) -> Int32 {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}

/// The characters of a C array, up to its first 0.
func text<T>(of characters: T) -> String {
    withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
