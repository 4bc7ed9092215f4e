// DMA buffers out of the kernel's heaps.
import CV4L2
import Glibc

/// Gives DMA buffers of a size, as file descriptors that the caller closes.
struct DMAHeap: Sendable {
    let allocate: @Sendable (_ count: Int) throws(CaptureError) -> Int32

    /// Where heaps are, those in one piece first, which every camera can write to; names as kernels, distributions and boards chose them.
    private static let paths = [
        "linux,cma", "reserved", "default_cma_region", "cma", "vidbuf_cached", "system",
    ].map { "/dev/dma_heap/\($0)" }

    /// The heaps that this process may use; each buffer comes from the first that has one, as those in one piece are small on many boards.
    ///
    /// - Throws: `CaptureError.unsupported` for `camera` where there is none.
    static func usable(for camera: String) throws(CaptureError) -> DMAHeap {
        let heaps = paths.compactMap { path -> OpenHeap? in
            let heap = open(path, O_RDWR | O_CLOEXEC)
            return heap >= 0 ? OpenHeap(heap, path) : nil
        }
        guard !heaps.isEmpty else {
            throw .unsupported(
                camera, reason: "pictures in DMA buffers need a heap below /dev/dma_heap that may be opened; take mmap")
        }
        return DMAHeap { count throws(CaptureError) in
            for heap in heaps.dropLast() {
                if let buffer = try? heap.allocate(count) { return buffer }
            }
            return try heaps[heaps.count - 1].allocate(count)
        }
    }

    private final class OpenHeap: Sendable {
        private let descriptor: Int32
        private let path: String

        init(_ descriptor: Int32, _ path: String) {
            self.descriptor = descriptor
            self.path = path
        }

        deinit { close(descriptor) }

        func allocate(_ count: Int) throws(CaptureError) -> Int32 {
            var request = dma_heap_allocation_data()
            request.len = UInt64(count)
            request.fd_flags = UInt32(O_RDWR | O_CLOEXEC)
            let result = withUnsafeMutablePointer(to: &request) { pointer in
                retrying { ioctl(descriptor, UInt(ARETE_DMA_HEAP_ALLOC), pointer) }
            }
            guard result == 0 else { throw .of(path, "DMA_HEAP_IOCTL_ALLOC", errno) }
            return Int32(bitPattern: request.fd)
        }
    }
}
