// The bytes before a packet's payload.

/// How much a packet tells of itself.
public enum PacketForm: Int, CaseIterable, Sendable {
    /// The last bits of sender and counter; the receiver finds the rest, and the tag says whether it is right.
    case compact = 1
    /// The same without a tag, for carriers that protect packets themselves and have no room.
    case bare = 2
    /// All: it opens contact.
    case full = 3

    var headBytes: Int { self == .full ? 14 : 3 }

    /// Bytes around the payload.
    public var overhead: Int { headBytes + (self == .bare ? 0 : PacketKey.tagBytes) }
}

/// What a packet tells before it is opened.
struct PacketHead {
    let form: PacketForm
    /// The last 3 bits of the number of the context that its records stand on.
    let context: Int
    let hint: Int
    let low: Int
    /// Of a full packet.
    let whole: (sender: SenderID, number: PacketNumber)?

    private static let formBits = 2
    static let contextBits = 3

    init(_ form: PacketForm, context: Int, sender: SenderID, number: PacketNumber) {
        self.form = form
        self.context = context & (1 << Self.contextBits - 1)
        hint = sender.hint
        low = number.low
        whole = form == .full ? (sender, number) : nil
    }

    /// - Throws: `LinkError` where the bytes are no packet.
    init(of packet: [UInt8]) throws(LinkError) {
        var reader = BitReader(packet)
        guard packet.count >= PacketForm.bare.overhead,
            let form = PacketForm(rawValue: try reader.number(bits: Self.formBits)), packet.count >= form.overhead
        else { throw .notAPacket }
        self.form = form
        context = try reader.number(bits: Self.contextBits)
        hint = try reader.number(bits: SenderID.hintBits)
        guard form == .full else {
            low = try reader.number(bits: PacketNumber.lowBits)
            whole = nil
            return
        }
        let sender = SenderID(UInt32(try reader.number(bits: 32)))
        let epoch = UInt32(try reader.number(bits: 32))
        let number = PacketNumber(epoch: epoch, counter: try reader.read(bits: PacketNumber.counterBits))
        guard sender.hint == hint else { throw .notAPacket }
        low = number.low
        whole = (sender, number)
    }

    var bytes: [UInt8] {
        var writer = BitWriter()
        writer.write(form.rawValue, bits: Self.formBits)
        writer.write(context, bits: Self.contextBits)
        writer.write(hint, bits: SenderID.hintBits)
        if let whole {
            writer.write(UInt64(whole.sender.value), bits: 32)
            writer.write(UInt64(whole.number.epoch), bits: 32)
            writer.write(whole.number.counter, bits: PacketNumber.counterBits)
        } else {
            writer.write(low, bits: PacketNumber.lowBits)
        }
        return writer.bytes
    }
}
