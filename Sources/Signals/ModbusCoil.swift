// A coil of another machine, over Modbus TCP.
import CModbus

/// Which coil of which machine.
public struct ModbusRequest: Hashable, Sendable {
    public var host: String
    public var port: Int
    /// Of a machine behind a gateway; others take any.
    public var unit: Int
    /// The address in the protocol: the first one is 0.
    public var coil: Int

    public init(host: String, port: Int = 502, unit: Int = 1, coil: Int) {
        self.host = host
        self.port = port
        self.unit = unit
        self.coil = coil
    }

    var place: String { "\(host):\(port) unit \(unit) coil \(coil)" }
}

/// A connection to the machine that has a coil. For one thread at a time.
public final class ModbusCoil {
    private let request: ModbusRequest
    private let connection: OpaquePointer
    /// The connection is of no more use; another one may be.
    public private(set) var isBroken = false

    /// Throws where this build or this machine cannot speak Modbus.
    public static func check(_ request: ModbusRequest) throws(SignalError) {
        var error = arete_modbus_error()
        let status = arete_modbus_check(&error)
        guard status == ARETE_MODBUS_OK else { throw .remote(request.place, reason: error.text) }
    }

    /// Connects.
    ///
    /// - Parameter patience: milliseconds that connecting to an address may take, and each answer later.
    /// - Throws: `SignalError.remote` when the machine cannot be reached.
    public init(_ request: ModbusRequest, patience: Int) throws(SignalError) {
        self.request = request
        var error = arete_modbus_error()
        var status = ARETE_MODBUS_FAILED
        let connection = arete_modbus_connect(
            request.host, String(request.port), Int32(clamping: request.unit), Int32(clamping: patience), &status,
            &error
        )
        guard let connection else { throw .remote(request.place, reason: error.text) }
        self.connection = connection
    }

    deinit { arete_modbus_close(connection) }

    /// - Throws: `SignalError.remote` when the machine refuses or does not answer in time: the coil may have been set nevertheless.
    public func set(_ isActive: Bool) throws(SignalError) {
        var error = arete_modbus_error()
        switch arete_modbus_write(connection, Int32(clamping: request.coil), isActive, &error) {
        case ARETE_MODBUS_OK: return
        case ARETE_MODBUS_REFUSED: throw .remote(request.place, reason: "refused: \(error.text)")
        default:
            isBroken = true
            throw .remote(request.place, reason: error.text)
        }
    }
}

extension arete_modbus_error {
    fileprivate var text: String {
        withUnsafeBytes(of: message) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
