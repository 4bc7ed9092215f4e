// A network camera that the tests play: RTSP over TCP, pictures as RTP/JPEG (RFC 2435), and faults.
import Foundation
import Glibc

/// Gives its pictures one after the other, 50 a second, to whoever connects to 127.0.0.1.
final class RTSPServer: @unchecked Sendable {
    /// What becomes of a connection; the last one holds for all that follow.
    enum Manner: Sendable {
        case serve
        /// Takes the connection and never says a word.
        case silent
        case refuse
        /// So many pictures, then nothing more.
        case stall(after: Int)
        case hangUp(after: Int)
    }

    let port: UInt16
    private let listener: Int32
    private let pictures: [[UInt8]]
    private let size: (width: Int, height: Int)
    private let manners: [Manner]
    private let lock = NSLock()
    private var open: [Int32] = []
    private var isOver = false

    /// - Parameter pictures: JPEG files with 2x2 chroma, as `Image.jpeg` writes them below quality 90, of one size, a multiple of 16.
    init(_ pictures: [[UInt8]], width: Int, height: Int, _ manners: [Manner]) throws {
        self.pictures = pictures
        size = (width, height)
        self.manners = manners
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) | Glibc.listen(descriptor, 8)
                    | getsockname(descriptor, address, &length)
            }
        }
        guard status == 0 else { throw CocoaError(.featureUnsupported) }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { self.take() }
    }

    var address: String { "rtsp://user:secret@127.0.0.1:\(port)/live" }

    /// Ends all connections and takes no more.
    func end() {
        lock.withLock {
            isOver = true
            for connection in open { shutdown(connection, Int32(SHUT_RDWR)) }
        }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func take() {
        var count = 0
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0, lock.withLock({ !isOver }) else { break }
            lock.withLock { open.append(connection) }
            let manner = manners[min(count, manners.count - 1)]
            count += 1
            Thread.detachNewThread { self.talk(connection, manner) }
        }
        close(listener)
    }

    private func talk(_ connection: Int32, _ manner: Manner) {
        defer {
            lock.withLock { open.removeAll { $0 == connection } }
            close(connection)
        }
        var request = ""
        var isPlaying = false
        while !isPlaying {
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = recv(connection, &bytes, bytes.count, 0)
            guard count > 0 else { return }
            if case .silent = manner { continue }
            request += String(decoding: bytes.prefix(count), as: UTF8.self)
            while let end = request.range(of: "\r\n\r\n") {
                let head = String(request[..<end.lowerBound])
                request = String(request[end.upperBound...])
                let line =
                    head.components(separatedBy: "\r\n").first { $0.lowercased().hasPrefix("cseq:") } ?? "CSeq: 0"
                if case .refuse = manner {
                    send(connection, Array("RTSP/1.0 404 Not Found\r\n\(line)\r\n\r\n".utf8))
                    return
                }
                send(connection, Array(answer(head, line).utf8))
                isPlaying = isPlaying || head.hasPrefix("PLAY")
            }
        }
        play(connection, manner)
    }

    private func answer(_ head: String, _ line: String) -> String {
        let start = "RTSP/1.0 200 OK\r\n\(line)\r\n"
        if head.hasPrefix("OPTIONS") { return start + "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n\r\n" }
        if head.hasPrefix("SETUP") {
            return start + "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1\r\n\r\n"
        }
        guard head.hasPrefix("DESCRIBE") else { return start + "Session: 1\r\n\r\n" }
        let text =
            "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=test\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n"
            + "m=video 0 RTP/AVP 26\r\na=control:track1\r\na=framerate:50\r\n"
        return start + "Content-Type: application/sdp\r\nContent-Length: \(text.utf8.count)\r\n\r\n" + text
    }

    private func play(_ connection: Int32, _ manner: Manner) {
        var sequence: UInt16 = 0
        for number in 0..<100_000 {
            switch manner {
            case .stall(let after) where number >= after:
                var byte: UInt8 = 0
                while recv(connection, &byte, 1, 0) > 0 {}
                return
            case .hangUp(let after) where number >= after: return
            default: break
            }
            for packet in packets(pictures[number % pictures.count], number, &sequence) {
                guard send(connection, packet) else { return }
            }
            usleep(20_000)
        }
    }

    /// A picture as interleaved RTP packets.
    private func packets(_ file: [UInt8], _ number: Int, _ sequence: inout UInt16) -> [[UInt8]] {
        var (tables, at): ([UInt8], Int) = ([], 2)
        while file[at + 1] != 0xDA {
            let length = Int(file[at + 2]) << 8 | Int(file[at + 3])
            if file[at + 1] == 0xDB {
                for start in stride(from: at + 4, to: at + 2 + length, by: 65) {
                    tables += file[start + 1..<start + 65]
                }
            }
            at += 2 + length
        }
        let data = Array(file[(at + 2 + Int(file[at + 2]) << 8 + Int(file[at + 3]))..<(file.count - 2)])
        var packets: [[UInt8]] = []
        for start in stride(from: 0, to: data.count, by: 1200) {
            let isLast = start + 1200 >= data.count
            let time = UInt32(truncatingIfNeeded: number * 1800)
            var packet: [UInt8] = [0x80, isLast ? 0x80 | 26 : 26, UInt8(sequence >> 8), UInt8(sequence & 255)]
            packet += withUnsafeBytes(of: time.bigEndian, Array.init)
            packet += [0, 0, 0, 1]
            packet += [0, UInt8(start >> 16 & 255), UInt8(start >> 8 & 255), UInt8(start & 255)]
            packet += [1, 255, UInt8(size.width / 8), UInt8(size.height / 8)]
            if start == 0 { packet += [0, 0, 0, 128] + tables }
            packet += data[start..<min(start + 1200, data.count)]
            packets.append([0x24, 0, UInt8(packet.count >> 8), UInt8(packet.count & 255)] + packet)
            sequence &+= 1
        }
        return packets
    }

    @discardableResult private func send(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                Glibc.send(connection, bytes.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
}
