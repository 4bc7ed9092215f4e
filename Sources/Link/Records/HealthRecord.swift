// How a camera and its box are.

/// What is wrong with a camera.
public struct CameraFaults: OptionSet, Hashable, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    public static let dark = CameraFaults(rawValue: 1 << 0)
    public static let overexposed = CameraFaults(rawValue: 1 << 1)
    public static let blurred = CameraFaults(rawValue: 1 << 2)
    public static let frozen = CameraFaults(rawValue: 1 << 3)
    public static let covered = CameraFaults(rawValue: 1 << 4)
    public static let moved = CameraFaults(rawValue: 1 << 5)
    /// Unplugged, or without an answer.
    public static let lost = CameraFaults(rawValue: 1 << 6)
    /// Frames were not looked at although each counts.
    public static let behind = CameraFaults(rawValue: 1 << 7)

    static let bits = 8
}

public struct HealthRecord: BitCodable {
    public let camera: Int
    public let faults: CameraFaults
    /// Results a second; 63 also stands for more.
    public let rate: Int
    private let waitingStep: Int
    private let freeStep: Int
    private let temperatureStep: Int
    private let batteryStep: Int

    private static let cameraBits = 6
    private static let rateBits = 6
    private static let waitingBits = 5
    private static let freeBits = 3
    private static let temperatureBits = 7
    private static let batteryBits = 5
    private static let coldest = -28

    /// - Parameters:
    ///   - waiting: records that wait for the link.
    ///   - free: part of the disk that is free.
    ///   - temperature: degrees Celsius; `nil` where nobody measures it.
    ///   - battery: part that is left; `nil` where there is none.
    public init(
        camera: Int, faults: CameraFaults, rate: Double, waiting: Int, free: Double, temperature: Double? = nil,
        battery: Double? = nil
    ) {
        func steps(_ part: Double, _ count: Int) -> Int { part > 0 ? Int((min(part, 1) * Double(count)).rounded()) : 0 }
        self.camera = camera & (1 << Self.cameraBits - 1)
        self.faults = faults
        self.rate = rate > 0 ? Int(min(rate.rounded(), Double(1 << Self.rateBits - 1))) : 0
        waitingStep = min(Int.bitWidth - max(waiting, 0).leadingZeroBitCount, 1 << Self.waitingBits - 1)
        freeStep = steps(free, 1 << Self.freeBits - 1)
        temperatureStep =
            temperature.map { $0.isFinite ? Int(min(max($0.rounded(), -27), 99)) - Self.coldest : 0 } ?? 0
        batteryStep = battery.map { steps($0, 30) + 1 } ?? 0
    }

    /// No fewer than wait, and less than twice as many.
    public var waiting: Int { 1 << waitingStep - 1 }
    public var free: Double { Double(freeStep) / Double(1 << Self.freeBits - 1) }
    public var temperature: Int? { temperatureStep == 0 ? nil : temperatureStep + Self.coldest }
    public var battery: Double? { batteryStep == 0 ? nil : Double(batteryStep - 1) / 30 }

    init(from reader: inout BitReader) throws(LinkError) {
        camera = try reader.number(bits: Self.cameraBits)
        faults = CameraFaults(rawValue: try reader.number(bits: CameraFaults.bits))
        rate = try reader.number(bits: Self.rateBits)
        waitingStep = try reader.number(bits: Self.waitingBits)
        freeStep = try reader.number(bits: Self.freeBits)
        temperatureStep = try reader.number(bits: Self.temperatureBits)
        batteryStep = try reader.number(bits: Self.batteryBits)
    }

    func write(to writer: inout BitWriter) {
        writer.write(camera, bits: Self.cameraBits)
        writer.write(faults.rawValue & (1 << CameraFaults.bits - 1), bits: CameraFaults.bits)
        writer.write(rate, bits: Self.rateBits)
        writer.write(waitingStep, bits: Self.waitingBits)
        writer.write(freeStep, bits: Self.freeBits)
        writer.write(temperatureStep, bits: Self.temperatureBits)
        writer.write(batteryStep, bits: Self.batteryBits)
    }
}
