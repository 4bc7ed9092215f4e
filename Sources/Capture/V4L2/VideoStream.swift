// Frames of a V4L2 device, in buffers that its driver fills.
import CV4L2
import Glibc
import Synchronization

/// A device that streams into memory shared with its driver. The memory goes with the last frame, or with the stream.
///
/// Frames may be let go on any thread; `next` is for one thread at a time.
final class VideoStream: Sendable {
    let device: VideoDevice
    /// What the driver made of what was asked for.
    let format: FrameFormat
    private let memory: VideoMemory
    /// Buffers that the driver must get, or get again after it refused them.
    private let idle: Mutex<[Int]>

    /// Asks for a mode and starts.
    ///
    /// - Parameters:
    ///   - rate: frames a second; a camera that has one rate only, or no such rate, goes at its own.
    ///   - buffers: pictures that the driver may fill ahead; it may give fewer or more, but no fewer than 2.
    ///   - memory: where the pictures lie.
    /// - Throws: `CaptureError.busy` where another program streams; `.unsupported` where the driver gives another format.
    init(
        _ device: VideoDevice, _ mode: FrameMode, rate: Double? = nil, buffers: Int = 4, memory: BufferMemory = .mmap,
        heap: (String) throws(CaptureError) -> DMAHeap = DMAHeap.usable
    ) throws(CaptureError) {
        self.device = device
        format = try device.settle(mode)
        guard format.format == mode.format else {
            throw .unsupported(
                device.path, reason: "asked for \(mode.format), the camera gives \(format.format) instead")
        }
        if let rate { try device.set(rate: rate) }
        self.memory = try VideoMemory(device, buffers, memory, heap: heap)
        idle = Mutex(Array(0..<self.memory.count))
        try queueIdle()
        var type = device.bufferType
        try device.demand(UInt(ARETE_STREAMON), &type, "VIDIOC_STREAMON")
    }

    deinit {
        var type = device.bufferType
        // Frames keep the stream alive: here all are back. A device that is gone needs not be stopped.
        _ = device.call(UInt(ARETE_STREAMOFF), &type)
    }

    /// The next frame; `nil` when none came within `milliseconds`.
    /// - Throws: `CaptureError.gone` when the camera was unplugged; others where the driver fails.
    func next(within milliseconds: Int) throws(CaptureError) -> Frame? {
        let deadline = MonotonicClock.milliseconds + milliseconds
        while true {
            try queueIdle()
            let left = max(deadline - MonotonicClock.milliseconds, 0)
            var waiting = pollfd(fd: device.descriptor, events: Int16(POLLIN), revents: 0)
            let ready = retrying { poll(&waiting, 1, Int32(clamping: left)) }
            guard ready >= 0 else { throw .of(device.path, "poll", errno) }
            guard ready > 0 else { return nil }
            if let frame = try take() { return frame }
            // A driver whose pictures are all held elsewhere does not wait: it says at once that it has none.
            guard left > 0 else { return nil }
            MonotonicClock.sleep(milliseconds: 1)
        }
    }

    /// A frame that is ready. An error that `poll` told of is named by this call.
    private func take() throws(CaptureError) -> Frame? {
        try memory.withBuffer(0) { buffer, planes throws(CaptureError) in
            if device.call(UInt(ARETE_DQBUF), &buffer) != 0 {
                if errno == EAGAIN { return nil }
                throw .of(device.path, "VIDIOC_DQBUF", errno)
            }
            return frame(buffer, planes)
        }
    }

    private func frame(_ buffer: v4l2_buffer, _ planes: UnsafePointer<v4l2_plane>) -> Frame? {
        let index = Int(buffer.index)
        guard index < memory.count else { return nil }
        let clock = buffer.flags & UInt32(V4L2_BUF_FLAG_TIMESTAMP_MASK)
        let (seconds, microseconds) = (buffer.timestamp.tv_sec, buffer.timestamp.tv_usec)
        let isMonotonic = clock == UInt32(V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC) && seconds >= 0 && microseconds >= 0
        return Frame(
            format: format, planes: memory.written(buffer, planes), sequence: buffer.sequence,
            time: isMonotonic ? UInt64(seconds) * 1_000_000_000 + UInt64(microseconds) * 1000 : nil,
            isDamaged: buffer.flags & UInt32(V4L2_BUF_FLAG_ERROR) != 0
        ) { [self] in
            idle.withLock { $0.append(index) }
            // What the driver refuses now is offered again by `next`, which tells of it.
            try? queueIdle()
        }
    }

    /// Lets the driver fill what is idle. A buffer that it refuses stays idle.
    /// - Throws: what the driver said, when it has no buffer left to fill.
    private func queueIdle() throws(CaptureError) {
        let failure: Int32? = idle.withLock { idle in
            var failure: Int32?
            idle.removeAll { index in
                guard let refusal = memory.queue(index) else { return true }
                failure = refusal
                return false
            }
            return idle.count == memory.count ? failure : nil
        }
        if let failure { throw .of(device.path, "VIDIOC_QBUF", failure) }
    }
}
