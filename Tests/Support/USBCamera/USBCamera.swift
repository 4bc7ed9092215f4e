// A USB camera that is a program: the kernel's own drivers (vhci_hcd, uvcvideo) take it for a real one.
import Foundation
import Glibc

/// A UVC 1.0 camera with one bulk endpoint. Runs as root in a kernel that has vhci_hcd and uvcvideo.
public final class USBCamera: @unchecked Sendable {
    /// What may be wrong with one picture.
    public enum Fault: Sendable {
        /// Only the first half of its bytes is sent, and nothing says so.
        case short
        /// The error bit of a payload is set.
        case marked
        /// Bytes are exchanged for random ones.
        case garbled
    }

    public let serial: String
    private let modes: [USBCameraMode]
    private let picture: @Sendable (USBCameraMode, Int) -> [UInt8]
    private let lock = NSLock()
    // Guarded by the lock.
    private var socket: Int32 = -1
    private var waiting: [USBIPRequest] = []
    private var chosen: (format: UInt8, size: UInt8) = (1, 1)
    private var faults: [Fault] = []
    private var isFrozen = false
    private var count = 0
    private var epoch = 0

    /// - Parameter picture: the bytes of a mode's picture, by its number.
    public init(
        serial: String, modes: [USBCameraMode], picture: @escaping @Sendable (USBCameraMode, Int) -> [UInt8]
    ) {
        self.serial = serial
        self.modes = modes
        self.picture = picture
    }

    deinit { unplug() }

    private static let controller = "/sys/devices/platform/vhci_hcd.0"

    /// Plugs it into a free port. Its node appears a moment later.
    public func plug() throws {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else { throw POSIXError(.EIO) }
        let status = try String(contentsOfFile: "\(Self.controller)/status", encoding: .utf8)
        guard let port = Self.freePort(status) else { throw POSIXError(.EBUSY) }
        let own = ends[0]
        let epoch = lock.withLock {
            socket = own
            waiting = []
            self.epoch += 1
            return self.epoch
        }
        // Port, socket, a number of our own and USB 2's high speed.
        let line = "\(port) \(ends[1]) \(65536 + port) 3"
        let file = open("\(Self.controller)/attach", O_WRONLY)
        guard file >= 0, line.utf8CString.withUnsafeBytes({ write(file, $0.baseAddress, line.utf8.count) }) > 0 else {
            throw POSIXError(.EACCES)
        }
        close(file)
        close(ends[1])
        Thread.detachNewThread { [weak self] in Self.answer(own, { self }) }
        Thread.detachNewThread { [weak self] in
            while let camera = self, camera.sendDue(epoch) { usleep(33_333) }
        }
    }

    /// Of lines of: hub, port, state (4 is free) ...
    private static func freePort(_ status: String) -> Int? {
        for line in status.split(separator: "\n") {
            let words: [Substring] = line.split(separator: " ")
            if words.count > 2, words[0] == "hs", Int(words[2]) == 4 { return Int(words[1]) }
        }
        return nil
    }

    /// As when the cable is pulled.
    public func unplug() {
        lock.withLock {
            guard socket >= 0 else { return }
            shutdown(socket, Int32(SHUT_RDWR))
            socket = -1
            waiting = []
        }
    }

    /// The next pictures get these faults, one each.
    public func spoil(_ faults: [Fault]) { lock.withLock { self.faults += faults } }

    /// Sends nothing, or goes on.
    public func freeze(_ isFrozen: Bool) { lock.withLock { self.isFrozen = isFrozen } }

    // MARK: - Answering the kernel

    private static func answer(_ socket: Int32, _ camera: () -> USBCamera?) {
        defer { close(socket) }
        while let bytes = received(USBIPRequest.bytes, from: socket), let request = USBIPRequest(bytes) {
            let isWritten = request.kind == .submit && !request.isIn && request.value > 0
            guard let data = isWritten ? received(Int(request.value), from: socket) : [], let camera = camera() else {
                return
            }
            camera.take(request, data)
        }
    }

    private static func received(_ count: Int, from socket: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { read(socket, $0.baseAddress.map { $0 + filled }, count - filled) }
            guard got > 0 else { return nil }
            filled += got
        }
        return bytes
    }

    private func take(_ request: USBIPRequest, _ data: [UInt8]) {
        lock.withLock {
            switch request.kind {
            case .unlink:
                let place = waiting.firstIndex { $0.number == request.value }
                if let place { waiting.remove(at: place) }
                // Taken back before it was answered, or too late.
                send(request.unlinked(status: place == nil ? 0 : -ECONNRESET))
            case .submit where request.endpoint == 0: send(controlled(request, data))
            case .submit: waiting.append(request)
            }
        }
    }

    private func send(_ bytes: [UInt8]) {
        guard socket >= 0 else { return }
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// The answer to a request of the control endpoint.
    private func controlled(_ request: USBIPRequest, _ data: [UInt8]) -> [UInt8] {
        let setup = request.setup
        guard request.isIn else {
            // SET_CUR of the streaming interface: what is negotiated.
            if setup[0] == 0x21, setup[1] == 0x01, setup[4] == 1, data.count >= 4 { chosen = (data[2], data[3]) }
            return request.answer(status: 0, taken: data.count)
        }
        let answer: [UInt8]? =
            switch (setup[0], setup[1], setup[3]) {
            case (0x80, 6, 1): UVCDescriptors.device
            case (0x80, 6, 2): UVCDescriptors.configuration(modes)
            case (0x80, 6, 3): UVCDescriptors.string(Int(setup[2]), serial: serial)
            case (0x80, 0, _): [0, 0]
            case (0xa1, 0x81...0x87, 1), (0xa1, 0x81...0x87, 2):
                UVCDescriptors.probe(format: chosen.format, size: chosen.size, mode: mode)
            default: nil
            }
        guard let answer else { return request.answer(status: -EPIPE) }
        return request.answer(status: 0, data: Array(answer.prefix(Int(request.value))))
    }

    private var mode: USBCameraMode {
        let kinds = [modes.filter(\.isJPEG), modes.filter { !$0.isJPEG }].filter { !$0.isEmpty }
        let kind = kinds[min(max(Int(chosen.format) - 1, 0), kinds.count - 1)]
        return kind[min(max(Int(chosen.size) - 1, 0), kind.count - 1)]
    }

    // MARK: - Pictures

    /// Sends one picture where the kernel waits for one; `false` once the camera is unplugged.
    private func sendDue(_ epoch: Int) -> Bool {
        lock.lock()
        guard socket >= 0, self.epoch == epoch else {
            lock.unlock()
            return false
        }
        guard !waiting.isEmpty, !isFrozen else {
            lock.unlock()
            return true
        }
        let (mode, number) = (mode, count)
        count += 1
        let fault = faults.isEmpty ? nil : faults.removeFirst()
        lock.unlock()
        var bytes = picture(mode, number)
        if fault == .short { bytes.removeLast(bytes.count / 2) }
        if fault == .garbled {
            for place in stride(from: bytes.count / 2, to: bytes.count, by: 7) {
                bytes[place] = UInt8.random(in: 0...254)
            }
        }
        let most = UVCDescriptors.payload - 2
        var at = 0
        repeat {
            let part = bytes[at..<min(at + most, bytes.count)]
            at = part.endIndex
            let isLast = at == bytes.count
            // Header: its length; end of header, error, end of frame, and a bit that changes with each frame.
            let flags = 0x80 | (fault == .marked && isLast ? 0x40 : 0) | (isLast ? 2 : 0) | UInt8(number & 1)
            guard deliver([2, flags] + part, epoch) else { return true }
        } while at < bytes.count
        return true
    }

    /// Answers the oldest request for pictures, once there is one; `false` where there is none for a second.
    private func deliver(_ payload: [UInt8], _ epoch: Int) -> Bool {
        for _ in 0..<1000 {
            let isDone: Bool? = lock.withLock {
                guard socket >= 0, self.epoch == epoch else { return false }
                guard !waiting.isEmpty else { return nil }
                send(waiting.removeFirst().answer(status: 0, data: payload))
                return true
            }
            if let isDone { return isDone }
            usleep(1000)
        }
        return false
    }
}
