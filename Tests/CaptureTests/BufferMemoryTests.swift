// Whose memory real drivers fill.
import CV4L2
import Glibc
import Synchronization
import Testing

@testable import Capture

extension TestCameraTests {
    @Suite struct BufferMemoryTests {
        /// Its driver needs memory in one piece, and takes hints about caches.
        private static let contiguous = "/dev/video0"
        /// Planes apart, anywhere in memory.
        private static let multiplanar = "/dev/video1"

        private let mode = FrameMode(format: "NM12", width: 320, height: 240, rates: [])

        /// The pictures of a stream that is stopped and started by who holds them: none is empty, none like the one before.
        private func check(_ stream: VideoStream, sizes: [Int]) throws {
            var last: [UInt8] = []
            for _ in 0..<8 {
                let frame = try #require(try stream.next(within: 5000))
                #expect(frame.planes.map { $0.count } == sizes)
                let bytes = Array(frame.planes[0])
                #expect(bytes != last && bytes.contains { $0 != bytes[0] })
                last = bytes
            }
        }

        @Test("a driver fills memory of ours, plane by plane")
        func ordinary() throws {
            let stream = try VideoStream(
                try VideoDevice(path: Self.multiplanar), mode, rate: 30, memory: .userptr)
            try check(stream, sizes: [320 * 240, 320 * 120])
        }

        @Test("a driver fills DMA buffers, which are closed with the stream")
        func dmaBuffers() throws {
            let before = openDescriptors()
            do {
                let exporter = try Exporter()
                let stream = try VideoStream(
                    try VideoDevice(path: Self.multiplanar), mode, rate: 30, memory: .dmabuf
                ) { _ in exporter.heap }
                try check(stream, sizes: [320 * 240, 320 * 120])
            }
            #expect(openDescriptors() == before)
        }

        @Test("where there is no heap, or none that suits, that is told with what to do")
        func refusals() throws {
            let reason = "pictures in DMA buffers need a heap below /dev/dma_heap that may be opened; take mmap"
            #expect(throws: CaptureError.unsupported(Self.multiplanar, reason: reason)) {
                _ = try VideoStream(try VideoDevice(path: Self.multiplanar), mode, memory: .dmabuf)
            }
            // Pages of ours do not lie in one piece.
            #expect(throws: CaptureError.self) {
                let grey = FrameMode(format: "GREY", width: 640, height: 360, rates: [])
                _ = try VideoStream(try VideoDevice(path: Self.contiguous), grey, memory: .userptr)
            }
            let grey = FrameMode(format: "GREY", width: 320, height: 180, rates: [])
            let stream = try VideoStream(try VideoDevice(path: Self.contiguous), grey, rate: 30)
            #expect(try stream.next(within: 5000) != nil)
        }

        /// DMA buffers of a camera's driver in place of a heap's: Debian's kernel has none.
        private final class Exporter: Sendable {
            private let device: VideoDevice
            private let memory: VideoMemory
            private let next = Mutex(0)

            init() throws {
                device = try VideoDevice(path: BufferMemoryTests.contiguous)
                _ = try device.settle(FrameMode(format: "GREY", width: 640, height: 360, rates: []))
                memory = try VideoMemory(device, 16)
            }

            var heap: DMAHeap {
                DMAHeap { [self] count throws(CaptureError) in
                    var request = v4l2_exportbuffer()
                    request.type = device.bufferType
                    request.index = UInt32(
                        next.withLock { next in
                            defer { next += 1 }
                            return next
                        })
                    request.flags = UInt32(O_RDWR | O_CLOEXEC)
                    // VIDIOC_EXPBUF: _IOWR('V', 16, struct v4l2_exportbuffer).
                    try device.demand(0xc040_5610, &request, "VIDIOC_EXPBUF")
                    return request.fd
                }
            }
        }
    }
}
