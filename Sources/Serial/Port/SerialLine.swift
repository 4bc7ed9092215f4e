// A serial port that comes and goes.

/// A port that is opened again when it was unplugged, first soon and then ever more seldom. It has no thread: the
/// caller's calls, each with the time, drive it.
///
/// All times are milliseconds of one clock that is never set.
public struct SerialLine {
    public let path: String
    public let rate: Int
    private var port: SerialPort?
    /// When the next try is due; `nil` while there is a port, and before the first one.
    public private(set) var nextTry: Int?
    private var wait = shortest
    /// Why there is no port; `nil` while there is one, and before the first try.
    public private(set) var fault: SerialError?
    /// How often it was opened.
    public private(set) var openings = 0

    static let shortest = 100
    static let longest = 5_000

    public init(path: String, rate: Int) { (self.path, self.rate) = (path, rate) }

    /// The port; `nil` while it is not there. Tries to open it where its time has come.
    public mutating func port(at now: Int) -> SerialPort? {
        if let port { return port }
        if let nextTry, now < nextTry { return nil }
        do throws(SerialError) {
            port = try SerialPort(path: path, rate: rate)
            openings += 1
            (fault, nextTry) = (nil, nil)
        } catch {
            lose(error, at: now)
        }
        return port
    }

    /// For `poll`; -1, which it passes over, while nothing is plugged in.
    public var pollDescriptor: Int32 { port?.pollDescriptor ?? -1 }

    /// Bytes that were written and are not sent yet, where the driver tells; else 0.
    public mutating func unsent(at now: Int) -> Int {
        guard let port else { return 0 }
        do throws(SerialError) { return try port.unsent() } catch {
            lose(error, at: now)
            return 0
        }
    }

    /// What came; empty where nothing did, or nothing is plugged in.
    public mutating func read(at now: Int) -> [UInt8] {
        guard let port = port(at: now) else { return [] }
        do throws(SerialError) {
            let bytes = try port.read()
            if !bytes.isEmpty { wait = Self.shortest }
            return bytes
        } catch {
            lose(error, at: now)
            return []
        }
    }

    /// Writes what is taken now; 0 where nothing is plugged in.
    public mutating func write(_ bytes: some Collection<UInt8>, at now: Int) -> Int {
        guard let port = port(at: now) else { return 0 }
        do throws(SerialError) {
            let count = try port.write(bytes)
            if count > 0 { wait = Self.shortest }
            return count
        } catch {
            lose(error, at: now)
            return 0
        }
    }

    private mutating func lose(_ error: SerialError, at now: Int) {
        (port, fault) = (nil, error)
        nextTry = now + wait
        wait = min(wait * 2, Self.longest)
    }
}
