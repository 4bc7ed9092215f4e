// The numbers of a sender's contexts.

/// A camera, and what its tracks stand on.
public struct CameraView: Hashable, Sendable {
    public var camera: Int
    /// `nil` where no positions are told.
    public var area: Area?
    /// The first bits of SHA-256 over the table of names, and over the model's file.
    public var names: UInt32
    public var model: UInt32

    public init(camera: Int, area: Area? = nil, names: UInt32 = 0, model: UInt32 = 0) {
        (self.camera, self.area, self.names, self.model) = (camera, area, names, model)
    }

    /// More have no place in a packet's head.
    public static let most = 1 << PacketHead.contextBits
}

/// Gives each camera's view a number whose last bits no other had lately. Times are milliseconds of the epoch.
struct ContextTable {
    private var contexts: [Int: ContextRecord] = [:]
    private var next = 0
    /// When a packet named a number last, by its last bits.
    private var namedAt: [Int: Int] = [:]

    /// A receiver forgets in 15 minutes.
    private static let memory = 1_200_000

    subscript(camera: Int) -> ContextRecord? { contexts[camera] }
    var all: [ContextRecord] { contexts.values.sorted { $0.camera < $1.camera } }

    /// Returns whether it was taken: where no number is free, what was told before stays.
    mutating func tell(_ view: CameraView, at now: Int) -> Bool {
        let told = contexts[view.camera]
        func record(_ number: Int) -> ContextRecord {
            ContextRecord(
                number: number, camera: view.camera, area: view.area, names: view.names, model: view.model,
                newestTrack: 0)
        }
        if let told, told.area == view.area, told.isOf(view) {
            // Names alone change no place: the number may stay.
            contexts[view.camera] = record(told.number)
        } else if let number = freeNumber(at: now) {
            contexts[view.camera] = record(number)
            next = number + 1
        } else {
            return false
        }
        return true
    }

    private func freeNumber(at now: Int) -> Int? {
        let living = Set(contexts.values.map { $0.number % CameraView.most })
        return (next..<next + CameraView.most).first { number in
            let bits = number % CameraView.most
            return !living.contains(bits) && namedAt[bits].map { now - $0 >= Self.memory } ?? true
        }
    }

    /// A packet names the context of a camera.
    mutating func name(_ camera: Int, at now: Int) {
        if let number = contexts[camera]?.number { namedAt[number % CameraView.most] = now }
    }
}

extension ContextRecord {
    fileprivate func isOf(_ view: CameraView) -> Bool { model == view.model }
}
