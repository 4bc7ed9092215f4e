// One message on the wire.

/// A frame (mavlink.io, "Packet Serialization"): who sent it, its count, and a message's payload.
public struct MAVLinkFrame: Hashable, Sendable {
    /// Who sends: a vehicle and a part of it.
    public struct Sender: Hashable, Sendable {
        public var system: UInt8
        public var component: UInt8

        public init(system: UInt8, component: UInt8) { (self.system, self.component) = (system, component) }
    }

    public enum Version: Sendable { case one, two }

    /// What a signed frame has behind its sum.
    public struct Signature: Hashable, Sendable {
        public let link: UInt8
        /// 48 bits.
        public let time: SigningTime
        /// 6.
        public let bytes: [UInt8]
    }

    public let version: Version
    public let sender: Sender
    public let sequence: UInt8
    public let id: UInt32
    /// At most 255 bytes.
    public let payload: [UInt8]
    public let signature: Signature?
    /// Flags that a reader may overlook.
    let compatibleFlags: UInt8

    static let signedFlag: UInt8 = 1

    init(_ message: some MAVLinkMessage, sender: Sender, sequence: UInt8) {
        version = .two
        (self.sender, self.sequence) = (sender, sequence)
        id = type(of: message).id
        payload = message.payload
        signature = nil
        compatibleFlags = 0
    }

    init(
        version: Version, sender: Sender, sequence: UInt8, id: UInt32, payload: [UInt8], signature: Signature?,
        compatibleFlags: UInt8
    ) {
        (self.version, self.sender, self.sequence, self.id) = (version, sender, sequence, id)
        (self.payload, self.signature, self.compatibleFlags) = (payload, signature, compatibleFlags)
    }

    /// The message; `nil` for one that is not known.
    public var message: (any MAVLinkMessage)? {
        var reader = PayloadReader(payload)
        return MessageTable.byID[id]?.init(from: &reader)
    }

    /// From the first byte to the sum.
    ///
    /// - Parameter isSigned: the flag that a signature follows.
    func checkedBytes(isSigned: Bool) -> [UInt8] {
        var bytes: [UInt8]
        switch version {
        case .one:
            bytes = [
                MAVLinkMark.one, UInt8(truncatingIfNeeded: payload.count), sequence, sender.system, sender.component,
                UInt8(truncatingIfNeeded: id),
            ]
        case .two:
            bytes = [
                MAVLinkMark.two, UInt8(truncatingIfNeeded: payload.count), isSigned ? Self.signedFlag : 0,
                compatibleFlags, sequence, sender.system, sender.component, UInt8(truncatingIfNeeded: id),
                UInt8(truncatingIfNeeded: id >> 8), UInt8(truncatingIfNeeded: id >> 16),
            ]
        }
        bytes += payload
        var sum = MAVLinkChecksum()
        sum.add(bytes.dropFirst())
        sum.add(MessageTable.byID[id]?.crcExtra ?? 0)
        return bytes + [UInt8(truncatingIfNeeded: sum.value), UInt8(truncatingIfNeeded: sum.value >> 8)]
    }

    /// The whole frame.
    public var bytes: [UInt8] {
        guard let signature else { return checkedBytes(isSigned: false) }
        return checkedBytes(isSigned: true) + [signature.link] + signature.time.bytes + signature.bytes
    }
}

/// The bytes that begin frames.
enum MAVLinkMark {
    static let one: UInt8 = 0xfe
    static let two: UInt8 = 0xfd
}
