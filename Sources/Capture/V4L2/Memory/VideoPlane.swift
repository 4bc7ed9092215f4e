// The memory of one plane of one picture.
import CV4L2
import Glibc

/// Memory that a driver fills, mapped for as long as this lives.
final class VideoPlane: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer
    /// The DMA buffer behind the memory, where it is one.
    let dmaBuffer: Int32?

    private init(_ bytes: UnsafeMutableRawBufferPointer, dmaBuffer: Int32? = nil) {
        self.bytes = bytes
        self.dmaBuffer = dmaBuffer
    }

    deinit {
        munmap(bytes.baseAddress, bytes.count)
        if let dmaBuffer { close(dmaBuffer) }
    }

    /// A piece of the driver's own memory.
    static func shared(by device: VideoDevice, count: Int, at offset: off_t) throws(CaptureError) -> VideoPlane {
        VideoPlane(try mapped(device.path, count, MAP_SHARED, device.descriptor, offset))
    }

    /// Ordinary memory, on pages of its own.
    static func ordinary(for device: VideoDevice, count: Int) throws(CaptureError) -> VideoPlane {
        VideoPlane(try mapped(device.path, count, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
    }

    /// A DMA buffer, which is closed with the plane, or at once where it cannot be mapped.
    static func dma(_ buffer: Int32, for device: VideoDevice, count: Int) throws(CaptureError) -> VideoPlane {
        do throws(CaptureError) {
            return VideoPlane(try mapped(device.path, count, MAP_SHARED, buffer, 0), dmaBuffer: buffer)
        } catch {
            close(buffer)
            throw error
        }
    }

    private static func mapped(
        _ path: String, _ count: Int, _ flags: Int32, _ descriptor: Int32, _ offset: off_t
    ) throws(CaptureError) -> UnsafeMutableRawBufferPointer {
        let base = mmap(nil, count, PROT_READ | PROT_WRITE, flags, descriptor, offset)
        guard let base, base != MAP_FAILED else { throw .of(path, "mmap", errno) }
        // A child of this process would keep the camera open.
        madvise(base, count, MADV_DONTFORK)
        return UnsafeMutableRawBufferPointer(start: base, count: count)
    }

    /// Makes what the device wrote seen by the processor, from here to `endReading`.
    func beginReading() { synchronize(UInt64(DMA_BUF_SYNC_READ | DMA_BUF_SYNC_START)) }

    func endReading() { synchronize(UInt64(DMA_BUF_SYNC_READ | DMA_BUF_SYNC_END)) }

    /// The kernel brings caches and memory together where the machine does not: for other memory it does so by itself.
    private func synchronize(_ flags: UInt64) {
        guard let dmaBuffer else { return }
        var request = dma_buf_sync(flags: flags)
        _ = withUnsafeMutablePointer(to: &request) { pointer in
            retrying { ioctl(dmaBuffer, UInt(ARETE_DMA_BUF_SYNC), pointer) }
        }
    }
}
