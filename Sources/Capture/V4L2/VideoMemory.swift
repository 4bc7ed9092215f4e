// The memory that a V4L2 driver shares for its pictures.
import CV4L2
import Glibc

/// Mapped buffers of one device, which are unmapped when the last owner lets go.
final class VideoMemory: @unchecked Sendable {
    private let device: VideoDevice
    /// Of each buffer, its planes.
    private var buffers: [[UnsafeRawBufferPointer]] = []

    /// Planes that a buffer may have, by the kernel's own limit.
    private static let mostPlanes = Int(VIDEO_MAX_PLANES)

    init(_ device: VideoDevice, _ count: Int) throws(CaptureError) {
        self.device = device
        var request = v4l2_requestbuffers()
        request.count = UInt32(count)
        request.type = device.bufferType
        request.memory = V4L2_MEMORY_MMAP.rawValue
        try device.demand(UInt(ARETE_REQBUFS), &request, "VIDIOC_REQBUFS")
        guard request.count >= 2 else {
            throw .unsupported(device.path, reason: "the driver has memory for \(request.count) pictures, 2 are needed")
        }
        for index in 0..<Int(request.count) { buffers.append(try map(index)) }
    }

    deinit {
        for plane in buffers.joined() { munmap(UnsafeMutableRawPointer(mutating: plane.baseAddress), plane.count) }
        var none = v4l2_requestbuffers()
        none.type = device.bufferType
        none.memory = V4L2_MEMORY_MMAP.rawValue
        // Lets others set a format again; a device that is gone needs not be told.
        _ = device.call(UInt(ARETE_REQBUFS), &none)
    }

    var count: Int { buffers.count }

    /// Lets the driver fill a buffer; the error number where it refuses.
    func queue(_ index: Int) -> Int32? {
        withBuffer(index) { buffer, _ in device.call(UInt(ARETE_QBUF), &buffer) == 0 ? nil : errno }
    }

    /// What the driver wrote into a buffer, plane by plane, inside what is mapped whatever it says.
    func written(_ buffer: v4l2_buffer, _ planes: UnsafePointer<v4l2_plane>) -> [UnsafeRawBufferPointer] {
        buffers[Int(buffer.index)].enumerated().map { plane, mapped in
            let used = device.isMultiplanar ? Int(planes[plane].bytesused) : Int(buffer.bytesused)
            let skipped = device.isMultiplanar ? Int(planes[plane].data_offset) : 0
            let end = min(used, mapped.count)
            return UnsafeRawBufferPointer(rebasing: mapped[min(skipped, end)..<end])
        }
    }

    /// Hands `body` the description of a buffer, with room for its planes.
    func withBuffer<T, E: Error>(
        _ index: Int, _ body: (inout v4l2_buffer, UnsafeMutablePointer<v4l2_plane>) throws(E) -> T
    ) throws(E) -> T {
        let planes = UnsafeMutablePointer<v4l2_plane>.allocate(capacity: Self.mostPlanes)
        planes.initialize(repeating: v4l2_plane(), count: Self.mostPlanes)
        defer { planes.deallocate() }
        var buffer = v4l2_buffer()
        buffer.index = UInt32(index)
        buffer.type = device.bufferType
        buffer.memory = V4L2_MEMORY_MMAP.rawValue
        if device.isMultiplanar {
            buffer.m.planes = planes
            buffer.length = UInt32(Self.mostPlanes)
        }
        return try body(&buffer, planes)
    }

    private func map(_ index: Int) throws(CaptureError) -> [UnsafeRawBufferPointer] {
        let places: [(length: Int, offset: off_t)] = try withBuffer(index) { buffer, planes throws(CaptureError) in
            try device.demand(UInt(ARETE_QUERYBUF), &buffer, "VIDIOC_QUERYBUF")
            guard device.isMultiplanar else { return [(Int(buffer.length), off_t(buffer.m.offset))] }
            return (0..<min(Int(buffer.length), Self.mostPlanes)).map { plane in
                (Int(planes[plane].length), off_t(planes[plane].m.mem_offset))
            }
        }
        var mapped: [UnsafeRawBufferPointer] = []
        for place in places {
            let base = mmap(nil, place.length, PROT_READ | PROT_WRITE, MAP_SHARED, device.descriptor, place.offset)
            guard let base, base != MAP_FAILED else {
                let number = errno
                for plane in mapped { munmap(UnsafeMutableRawPointer(mutating: plane.baseAddress), plane.count) }
                throw .of(device.path, "mmap", number)
            }
            mapped.append(UnsafeRawBufferPointer(start: base, count: place.length))
        }
        return mapped
    }
}
