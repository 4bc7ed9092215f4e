// The memory that a V4L2 driver fills with pictures.
import CV4L2
import Glibc

/// Buffers of one device, which are given back when the last owner lets go.
final class VideoMemory: @unchecked Sendable {
    private let device: VideoDevice
    private let kind: BufferMemory
    /// Of each buffer, its planes.
    private var buffers: [[VideoPlane]] = []

    /// Planes that a buffer may have, by the kernel's own limit.
    private static let mostPlanes = Int(VIDEO_MAX_PLANES)

    /// - Parameters:
    ///   - count: buffers that are wanted; the driver may give more or fewer.
    ///   - heap: where DMA buffers come from, asked for no other kind.
    /// - Throws: `CaptureError.unsupported` where the driver does not fill such memory, or has not even two buffers.
    init(
        _ device: VideoDevice, _ count: Int, _ kind: BufferMemory = .mmap,
        heap: (String) throws(CaptureError) -> DMAHeap = DMAHeap.usable
    ) throws(CaptureError) {
        self.device = device
        self.kind = kind
        let given = try Self.request(count, kind, of: device)
        guard given >= 2 else {
            throw .unsupported(device.path, reason: "the driver has memory for \(given) pictures, 2 are needed")
        }
        let heap = kind == .dmabuf ? try heap(device.path) : nil
        for index in 0..<given { buffers.append(try planes(of: index, heap)) }
    }

    deinit {
        // The driver lets go of a buffer only when nothing maps it any more.
        buffers = []
        var none = Self.description(0, kind, of: device)
        // Lets others set a format again; a device that is gone needs not be told.
        _ = device.call(UInt(ARETE_REQBUFS), &none)
    }

    var count: Int { buffers.count }

    /// Lets the driver fill a buffer; the error number where it refuses.
    func queue(_ index: Int) -> Int32? {
        withBuffer(index) { buffer, planes in
            for (plane, memory) in buffers[index].enumerated() {
                memory.endReading()
                if device.isMultiplanar { place(memory, &planes[plane]) } else { place(memory, &buffer) }
            }
            return device.call(UInt(ARETE_QBUF), &buffer) == 0 ? nil : errno
        }
    }

    /// What the driver wrote into a buffer, plane by plane, inside its memory whatever it says. To be read until it is queued again.
    func written(_ buffer: v4l2_buffer, _ planes: UnsafePointer<v4l2_plane>) -> [UnsafeRawBufferPointer] {
        buffers[Int(buffer.index)].enumerated().map { plane, memory in
            memory.beginReading()
            let used = device.isMultiplanar ? Int(planes[plane].bytesused) : Int(buffer.bytesused)
            let skipped = device.isMultiplanar ? Int(planes[plane].data_offset) : 0
            let end = min(used, memory.bytes.count)
            return UnsafeRawBufferPointer(rebasing: memory.bytes[min(skipped, end)..<end])
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
        buffer.memory = kind.code
        if device.isMultiplanar {
            buffer.m.planes = planes
            buffer.length = UInt32(Self.mostPlanes)
        }
        return try body(&buffer, planes)
    }

    /// Tells the driver where the memory of a plane is; of its own it knows.
    private func place(_ memory: VideoPlane, _ plane: inout v4l2_plane) {
        plane.length = UInt32(memory.bytes.count)
        switch kind {
        case .mmap: break
        case .userptr: plane.m.userptr = UInt(bitPattern: memory.bytes.baseAddress)
        case .dmabuf: plane.m.fd = memory.dmaBuffer ?? -1
        }
    }

    private func place(_ memory: VideoPlane, _ buffer: inout v4l2_buffer) {
        buffer.length = UInt32(memory.bytes.count)
        switch kind {
        case .mmap: break
        case .userptr: buffer.m.userptr = UInt(bitPattern: memory.bytes.baseAddress)
        case .dmabuf: buffer.m.fd = memory.dmaBuffer ?? -1
        }
    }

    private func planes(of index: Int, _ heap: DMAHeap?) throws(CaptureError) -> [VideoPlane] {
        let places: [(length: Int, offset: off_t)] = try withBuffer(index) { buffer, planes throws(CaptureError) in
            try device.demand(UInt(ARETE_QUERYBUF), &buffer, "VIDIOC_QUERYBUF")
            guard device.isMultiplanar else { return [(Int(buffer.length), off_t(buffer.m.offset))] }
            return (0..<min(Int(buffer.length), Self.mostPlanes)).map { plane in
                (Int(planes[plane].length), off_t(planes[plane].m.mem_offset))
            }
        }
        var memory: [VideoPlane] = []
        for place in places {
            switch (kind, heap) {
            case (.dmabuf, let heap?):
                memory.append(try .dma(try heap.allocate(place.length), for: device, count: place.length))
            case (.userptr, _): memory.append(try .ordinary(for: device, count: place.length))
            default: memory.append(try .shared(by: device, count: place.length, at: place.offset))
            }
        }
        return memory
    }
}

extension VideoMemory {
    fileprivate static func description(
        _ count: Int, _ kind: BufferMemory, of device: VideoDevice
    ) -> v4l2_requestbuffers {
        var request = v4l2_requestbuffers()
        request.count = UInt32(count)
        request.type = device.bufferType
        request.memory = kind.code
        return request
    }

    /// Asks for buffers; the count that the driver gives.
    fileprivate static func request(
        _ count: Int, _ kind: BufferMemory, of device: VideoDevice
    ) throws(CaptureError) -> Int {
        var request = description(count, kind, of: device)
        if kind == .mmap {
            try device.demand(UInt(ARETE_REQBUFS), &request, "VIDIOC_REQBUFS")
        } else {
            guard try device.ask(UInt(ARETE_REQBUFS), &request, "VIDIOC_REQBUFS") else {
                throw .unsupported(device.path, reason: "its driver fills no memory of the kind \(kind); take mmap")
            }
        }
        // The answer tells what the driver can do. A picture is read more than once here and there, which past the caches takes several
        // times as long on boards whose devices do not see them; the kernel then brings both together with each buffer.
        if kind == .mmap, request.capabilities & UInt32(V4L2_BUF_CAP_SUPPORTS_MMAP_CACHE_HINTS) != 0 {
            var cached = description(count, kind, of: device)
            cached.flags = UInt8(V4L2_MEMORY_FLAG_NON_COHERENT)
            if device.call(UInt(ARETE_REQBUFS), &cached) == 0 { return Int(cached.count) }
            // The first ones were given up for them.
            request = description(count, kind, of: device)
            try device.demand(UInt(ARETE_REQBUFS), &request, "VIDIOC_REQBUFS")
        }
        return Int(request.count)
    }
}

extension BufferMemory {
    fileprivate var code: UInt32 {
        switch self {
        case .mmap: V4L2_MEMORY_MMAP.rawValue
        case .userptr: V4L2_MEMORY_USERPTR.rawValue
        case .dmabuf: V4L2_MEMORY_DMABUF.rawValue
        }
    }
}
