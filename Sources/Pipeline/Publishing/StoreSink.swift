// From results to what is published.
import Capture
import Glibc
import Link
import Publishing
import Vision

/// Puts what a pipeline finds into the store that all ways out read. It waits for none of them.
final class StoreSink: Sink {
    let name = "publishing"
    private let store: TrackStore
    /// `nil`: nobody wants pictures.
    private let pictures: PictureTaker?
    private let folder: String
    private let cameras: [String: Int]
    /// Objects that are told of, by camera: each is told gone once its id is not given any more.
    private var objects: [Int: TrackEvents] = [:]
    private let memory: Double
    private var rates: [Int: (results: Int, since: UInt64)] = [:]
    private var lost: Set<Int> = []
    private var behind: Set<Int> = []
    private var faults: [Int: CameraFaults] = [:]
    /// Milliseconds of the store's clock, when it was told last where a recorded flight is.
    private var toldVehicleAt = Int.min / 2

    private static let healthEvery: UInt64 = 10_000_000_000
    private static let vehicleEvery = 1000

    /// - Parameters:
    ///   - pictures: takes those that ways out want.
    ///   - folder: of the spools.
    ///   - memory: how long the tracker keeps an id, in seconds.
    init(_ store: TrackStore, _ pictures: PictureTaker?, folder: String, cameras: [String], memory: Double) {
        (self.store, self.pictures, self.folder, self.memory) = (store, pictures, folder, memory)
        self.cameras = Dictionary(uniqueKeysWithValues: cameras.enumerated().map { ($1, $0) })
    }

    func take(_ result: FrameResult) {
        guard let camera = cameras[result.source] else { return }
        lost.remove(camera)
        note(result, camera)
        tell(result.vehicle)
        guard let tracks = result.tracks else { return }
        let (width, height) = (Double(result.head.width), Double(result.head.height))
        let seen = tracks.filter { $0.lastSeen >= result.head.time }
        let sightings = seen.map { track in
            track.sighting(camera: camera, width: width, height: height, place: result.places[track.id])
        }
        store.see(sightings, source: result.source)
        if let pictures, let held = result.held {
            let numbered = seen.compactMap { track in
                store.number(camera: camera, id: track.id).map { (number: $0, track: track) }
            }
            pictures.take(numbered, on: held, camera: camera)
        }
        let events = objects[camera, default: TrackEvents(memory: memory, interval: .infinity)].update(
            tracks, at: result.head.time)
        for event in events where event.kind == .left { store.lose(camera: camera, id: event.track.id) }
    }

    func take(_ event: Event) {
        guard let camera = cameras[event.source] else { return }
        switch event.kind {
        case .rule(let rule, let track, _): store.fit(rule: rule.name, camera: camera, id: track.id)
        case .part(let part):
            store.judge(
                StoredPart(
                    number: part.number, serial: part.serial, isGood: part.verdict.isGood,
                    wasInspected: part.wasInspected, reasons: part.verdict.reasons), source: event.source)
        case .notice(.source(.lost)), .notice(.failed):
            lost.insert(camera)
            tell(camera, event.source)
        case .notice(.source(.back)): lost.remove(camera)
        case .notice(.overrun): behind.insert(camera)
        case .notice, .object: break
        }
    }

    func finish() {}

    func stop() {
        for (source, camera) in cameras {
            for event in objects[camera]?.finish() ?? [] { store.lose(camera: camera, id: event.track.id, .stopped) }
            tell(camera, source)
        }
        pictures?.finish()
    }

    /// Who looks at a recorded flight sees it as if it were now.
    private func tell(_ vehicle: StoredVehicle?) {
        let now = store.clock.now
        guard let vehicle, now - toldVehicleAt >= Self.vehicleEvery else { return }
        toldVehicleAt = now
        store.tell(vehicle.at(now))
    }

    /// A camera's health is told when it changes, and from time to time.
    private func note(_ result: FrameResult, _ camera: Int) {
        let now = MonotonicClock.nanoseconds
        var rate = rates[camera] ?? (0, now)
        rate.results += 1
        rates[camera] = rate
        let found = CameraFaults(result.head.faults)
        guard faults[camera] != found || now - rate.since >= Self.healthEvery else { return }
        faults[camera] = found
        tell(camera, result.source)
    }

    private func tell(_ camera: Int, _ source: String) {
        let now = MonotonicClock.nanoseconds
        let rate = rates[camera] ?? (0, now)
        let seconds = Double(now - rate.since) * 1e-9
        var found = faults[camera] ?? []
        if lost.contains(camera) { found.insert(.lost) }
        if behind.contains(camera) { found.insert(.behind) }
        store.tell(
            CameraHealth(
                camera: camera, source: source, faults: found, rate: seconds > 1 ? Double(rate.results) / seconds : 0,
                free: Self.free(folder), temperature: nil))
        guard now - rate.since >= Self.healthEvery else { return }
        rates[camera] = (0, now)
        behind.remove(camera)
    }

    /// Part of a folder's disk.
    private static func free(_ folder: String) -> Double {
        var disk = statvfs()
        guard statvfs(folder, &disk) == 0, disk.f_blocks > 0 else { return 0 }
        return Double(disk.f_bavail) / Double(disk.f_blocks)
    }
}

extension CameraFaults {
    init(_ faults: Set<ViewFault>) {
        self = []
        for fault in faults {
            switch fault {
            case .dark: insert(.dark)
            case .overexposed: insert(.overexposed)
            case .covered: insert(.covered)
            case .blurred: insert(.blurred)
            case .frozen: insert(.frozen)
            case .moved: insert(.moved)
            }
        }
    }
}

extension Track {
    fileprivate func sighting(
        camera: Int, width: Double, height: Double, place: TrackPlace?
    ) -> TrackSighting {
        let (left, top) = (Double(box.x), Double(box.y))
        let middle = (x: left + Double(box.width) / 2, y: top + Double(box.height) / 2)
        return TrackSighting(
            camera: camera, id: id, objectClass: classIndex, score: Double(score),
            box: PictureBox(
                middleX: middle.x / width, middleY: middle.y / height, width: Double(box.width) / width,
                height: Double(box.height) / height), position: place?.position, positionRemark: place?.remark)
    }
}
