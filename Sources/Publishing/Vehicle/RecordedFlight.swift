// A flight that a ground station recorded.
import Glibc
import Link
import MAVLink

/// Plays a telemetry log along with the pictures of a source, so that each picture gets the pose of its own time, in each run the same. For one thread at a time;
/// 64 KiB of the log are in memory.
public final class RecordedFlight {
    /// Microseconds since 1970 (UTC) of its first frame.
    public let begin: Int
    private let path: String
    private let file: Int32
    private var reader = TelemetryLogReader()
    private var state: VehicleState
    /// Read and not yet taken, the next one last.
    private var ahead: [LoggedFrame] = []
    private var hasEnded = false
    private var untold: String?

    private static let portion = 65_536
    /// Bytes in which an autopilot must have given a sign of life.
    private static let searched = 4 << 20
    /// Milliseconds of the log that are read beyond a picture's time: its pose lies between two messages.
    private static let foresight = 1000

    /// - Parameter system: the vehicle's; `nil`: of the first autopilot that the log has a sign of life of.
    /// - Throws: `FlightError`, one line.
    public init(path: String, system: UInt8? = nil) throws(FlightError) {
        self.path = path
        file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw FlightError(path, String(cString: strerror(errno))) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(file)
            throw FlightError(path, "is no file")
        }
        do throws(FlightError) {
            let found = try Self.autopilot(in: file, path, system)
            (begin, state) = (found.begin, VehicleState(system: found.sender.system, autopilot: found.sender.component))
        } catch {
            close(file)
            throw error
        }
    }

    deinit { close(file) }

    /// Finds whose flight it is, and goes back to the log's begin.
    private static func autopilot(
        in file: Int32, _ path: String, _ system: UInt8?
    ) throws(FlightError) -> (begin: Int, sender: MAVLinkFrame.Sender) {
        var reader = TelemetryLogReader()
        var (begin, taken): (Int?, Int) = (nil, 0)
        while taken < searched {
            let bytes = try portion(of: file, path)
            taken += bytes.count
            for logged in reader.read(bytes) {
                begin = begin ?? logged.microseconds
                guard let heartbeat = logged.frame.message as? Heartbeat,
                    heartbeat.autopilot != Heartbeat.noAutopilot,
                    system ?? logged.frame.sender.system == logged.frame.sender.system
                else { continue }
                guard lseek(file, 0, SEEK_SET) == 0 else { throw FlightError(path, "cannot be read again") }
                return (begin ?? logged.microseconds, logged.frame.sender)
            }
            if bytes.isEmpty { break }
        }
        guard begin != nil else {
            throw FlightError(path, "is no telemetry log: no MAVLink frame with a time before it was found")
        }
        let whose = system.map { " of system \($0)" } ?? ""
        throw FlightError(path, "has no sign of life of an autopilot\(whose) in its first 4 MiB")
    }

    private static func portion(of file: Int32, _ path: String) throws(FlightError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: portion)
        while true {
            let count = Glibc.read(file, &bytes, bytes.count)
            if count >= 0 { return Array(bytes.prefix(count)) }
            guard errno == EINTR else { throw FlightError(path, String(cString: strerror(errno))) }
        }
    }

    /// Plays on to a time, milliseconds since its first frame. What lies before a time that was asked for earlier may be forgotten.
    ///
    /// Complexity: O(bytes between).
    public func vehicle(at time: Int) -> VehicleState {
        while true {
            while let next = ahead.last {
                let local = milliseconds(next)
                guard local <= time + Self.foresight else { return state }
                state.take(next.frame, at: local)
                ahead.removeLast()
            }
            guard !hasEnded else { return state }
            readOn()
        }
    }

    private func milliseconds(_ logged: LoggedFrame) -> Int { (logged.microseconds - begin) / 1000 }

    private func readOn() {
        do throws(FlightError) {
            let bytes = try Self.portion(of: file, path)
            ahead = reader.read(bytes).reversed()
            guard bytes.isEmpty else { return }
            let left = reader.unfinishedBytes
            var words = left > 0 ? ["ends within a record: its last \(left) bytes are left out"] : []
            if reader.noise > 0 { words.append("has \(reader.noise) bytes that are no records") }
            if !words.isEmpty { untold = "\(path) " + words.joined(separator: ", and ") }
        } catch {
            untold = "\(error)"
        }
        hasEnded = true
    }

    /// What is wrong with the log, once its end was reached; told once.
    public func takeTrouble() -> String? {
        defer { untold = nil }
        return untold
    }
}

/// Why a telemetry log cannot be played.
public struct FlightError: Error, CustomStringConvertible {
    public let description: String

    init(_ path: String, _ reason: String) { description = "\(path) \(reason)" }
}

extension StoredVehicle {
    /// Where a recorded flight was at a time of its own.
    public init?(_ state: VehicleState, at time: Int) {
        guard let pose = state.pose(at: time) else { return nil }
        let view = state.view.map { Double($0.horizontalView) }
        self.init(time: time, pose: pose, kind: state.kind, view: view.flatMap { $0 > 0 && $0 < 180 ? $0 : nil })
    }

    /// The same as if it were of another time.
    public func at(_ time: Int) -> StoredVehicle { StoredVehicle(time: time, pose: pose, kind: kind, view: view) }
}
