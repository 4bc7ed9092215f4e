// A serial port.
import CSerial
import Glibc

/// A port that is open: raw bytes, 8 bits without parity and one stop bit, for this program alone. Nothing here waits.
/// For one thread at a time.
public final class SerialPort {
    public let path: String
    public let rate: Int
    private let descriptor: Int32

    /// The lines that a program sets. They stay as the driver leaves them until `set` is called.
    public enum Line: Sendable { case dataTerminalReady, requestToSend }

    private static let mostBytes = 4096
    public static let rates = 50...4_000_000

    /// Opens a port, such as /dev/ttyUSB0.
    ///
    /// - Parameter rate: baud, any that the hardware does.
    /// - Throws: `SerialError`.
    public init(path: String, rate: Int) throws(SerialError) {
        guard Self.rates.contains(rate) else { throw .rate(path, rate) }
        let opened = arete_serial_open(path, UInt32(rate))
        guard opened >= 0 else { throw SerialError(path, errno: -opened, rate: rate) }
        (self.path, self.rate, descriptor) = (path, rate, opened)
    }

    deinit { close(descriptor) }

    /// For `poll`, by those who wait for many things at once.
    public var pollDescriptor: Int32 { descriptor }

    /// What came, at most 4096 bytes; empty where nothing did.
    ///
    /// - Throws: `SerialError.unplugged`, after which the port is of no more use.
    public func read() throws(SerialError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.mostBytes)
        while true {
            let count = Glibc.read(descriptor, &bytes, bytes.count)
            if count > 0 { return Array(bytes[..<count]) }
            guard count < 0 else { throw .unplugged(path) }
            let error = errno
            if error == EAGAIN { return [] }
            if error != EINTR { throw failure(error) }
        }
    }

    /// Writes what the driver takes now, at most 4096 bytes.
    ///
    /// - Returns: how many bytes that were, 0 while its buffer is full.
    /// - Throws: `SerialError.unplugged`, after which the port is of no more use.
    public func write(_ bytes: some Collection<UInt8>) throws(SerialError) -> Int {
        let bytes = Array(bytes.prefix(Self.mostBytes))
        guard !bytes.isEmpty else { return 0 }
        while true {
            let count = Glibc.write(descriptor, bytes, bytes.count)
            if count >= 0 { return count }
            let error = errno
            if error == EAGAIN { return 0 }
            if error != EINTR { throw failure(error) }
        }
    }

    /// Bytes that were written and are not sent yet, where the driver tells; else 0.
    ///
    /// - Throws: `SerialError.unplugged`.
    public func unsent() throws(SerialError) -> Int {
        let count = arete_serial_unsent(descriptor)
        // Drivers that do not tell refuse.
        guard count >= 0 || count == -ENOTTY || count == -EINVAL else { throw failure(-count) }
        return max(Int(count), 0)
    }

    /// Throws away what came and was not read, and what was written and not sent.
    public func flush() throws(SerialError) {
        let status = arete_serial_flush(descriptor)
        guard status == 0 else { throw failure(-status) }
    }

    /// Raises or drops a line.
    public func set(_ line: Line, isRaised: Bool) throws(SerialError) {
        let which = line == .dataTerminalReady ? ARETE_SERIAL_DTR : ARETE_SERIAL_RTS
        let status = arete_serial_set_line(descriptor, Int32(which), isRaised)
        guard status == 0 else { throw failure(-status) }
    }

    /// An error of a port that was open once.
    private func failure(_ error: Int32) -> SerialError {
        switch error {
        case EIO, ENODEV, ENXIO, EPIPE: .unplugged(path)
        default: .system(path, errno: error)
        }
    }
}
