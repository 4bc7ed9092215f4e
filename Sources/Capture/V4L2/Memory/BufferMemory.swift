// Whose memory a driver fills.

/// Where a V4L2 driver puts its pictures, under the names of the field.
public enum BufferMemory: String, CaseIterable, Hashable, Sendable {
    /// The driver's own memory, shared; by way of the processor's caches where the driver can be asked for that.
    case mmap
    /// Ordinary memory of this process, for drivers whose own is slow to read.
    case userptr
    /// Memory of one of the kernel's DMA heaps, cached, for the same drivers where they need it in one piece.
    case dmabuf
}
