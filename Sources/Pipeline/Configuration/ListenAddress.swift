// Where somebody listens, as a pipeline's file describes it.
import JSON

/// An address of this machine and a port.
public struct ListenAddress: Sendable, Hashable {
    /// IPv4 or IPv6, as numbers.
    public var address: String
    /// 0: any that is free.
    public var port: Int
}

extension ListenAddress {
    /// Loopback unless another is asked for.
    init(_ fields: JSONFields) throws(JSONError) {
        address = try fields.string("address") ?? "127.0.0.1"
        guard let port = try fields.integer("port", in: 0...65535) else { throw fields.missing("port") }
        self.port = port
        try fields.finish()
    }
}
