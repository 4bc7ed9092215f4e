// Where a picture's pose comes from.
import Capture
import Geolocation
import Link
import MAVLink
import Publishing

/// A vehicle that tells of now, or the log of one.
enum PoseSource {
    /// Times are those of the store's clock.
    case line(Vehicle, LinkClock)
    /// `start`: milliseconds of the log at the source's first picture.
    case log(RecordedFlight, start: Double)

    /// A log that a source plays.
    ///
    /// - Throws: `PipelineError` for a log that cannot be played, or a start that lies outside of all logs.
    init(_ flight: FlightConfiguration, start: GeolocationConfiguration.Start?) throws(PipelineError) {
        let log: RecordedFlight
        do throws(FlightError) { log = try RecordedFlight(path: flight.path, system: flight.system) } catch {
            throw .system("vehicle: \(error)")
        }
        let milliseconds: Double =
            switch start {
            case nil: 0
            case .offset(let seconds): seconds * 1000
            case .utc(let time): Double(time) - Double(log.begin) / 1000
            }
        self = .log(log, start: milliseconds)
    }

    /// All that is known of the vehicle around a picture's exposure, and when that was by the clock of what is known.
    ///
    /// - Parameter latency: milliseconds from the exposure to the time that the picture has.
    func vehicle(_ times: FrameTimes, latency: Double) -> (state: VehicleState, time: Int) {
        switch self {
        case .line(let vehicle, let clock):
            let now = MonotonicClock.nanoseconds
            let taken = times.shutter ?? times.arrived
            let age = Double(now > taken ? now - taken : 0) * 1e-6 + latency
            return (vehicle.current, clock.now - Int(age.rounded()))
        case .log(let log, let start):
            let time = Int(min(max(start + times.elapsed * 1000 - latency, -1e12), 1e12).rounded())
            return (log.vehicle(at: time), time)
        }
    }

    /// What is wrong with a log; told once.
    func takeTrouble() -> String? {
        if case .log(let log, _) = self { log.takeTrouble() } else { nil }
    }
}
