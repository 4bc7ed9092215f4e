// From a packet to what it says, and to whom it belongs.

/// A packet whose tag fits and that was not here before.
public struct OpenedPacket: Hashable, Sendable {
    public let sender: SenderID
    /// Of a packet without a tag: of the receiver's own count, in epoch 0.
    public let number: PacketNumber
    /// The last 3 bits of the number of the context that its records stand on.
    public let context: Int
    public let form: PacketForm
    public let text: [UInt8]
    /// Which of the sender's keys fits; `nil` for a packet without a tag.
    public let key: PacketKey?
}

/// Why a packet is dropped.
public enum PacketRefusal: String, Error, CaseIterable, Sendable {
    /// No packet of this format.
    case malformed
    /// No known sender's key fits: forged, damaged, or of somebody else.
    case forged
    /// It came before, or is too old to tell.
    case replayed
    /// A packet without a tag, of a sender that must have one.
    case unprotected
    /// Of a sender whose pairing was revoked.
    case revoked
}

/// Opens packets of known senders.
public struct PacketOpener: Sendable {
    private struct Sender {
        /// The most probable first.
        var keys: [PacketKey]
        var mayBeBare: Bool
        var isRevoked: Bool
        var window: ReplayWindow
        /// The newest packet, and when it came, in milliseconds of the caller's clock.
        var last: PacketNumber?
        var cameAt = 0
        /// When packets without a tag came last, by the last bits of their counters: anybody may have sent them.
        var bare: [Int: Int] = [:]
    }

    /// Longer packets are none.
    private static let mostBytes = 1400

    private var senders: [SenderID: Sender] = [:]
    private var far = FarSearches()

    public init() {}

    /// Packets of a sender are opened from now on. What is known of it stays where it is known already.
    ///
    /// - Parameters:
    ///   - keys: that its packets may have, the most probable first.
    ///   - mayBeBare: packets without a tag are taken too, where the carrier tells who sent them.
    ///   - isRevoked: its packets are known, and refused.
    ///   - last: the newest packet of an earlier run.
    ///   - cameAt: when that came; may lie before 0.
    public mutating func add(
        _ sender: SenderID, keys: [PacketKey], mayBeBare: Bool = false, isRevoked: Bool = false,
        last: PacketNumber? = nil, cameAt: Int = 0
    ) {
        guard var known = senders[sender] else {
            senders[sender] = Sender(
                keys: keys, mayBeBare: mayBeBare, isRevoked: isRevoked, window: ReplayWindow(after: last), last: last,
                cameAt: cameAt)
            return
        }
        (known.keys, known.mayBeBare, known.isRevoked) = (keys, mayBeBare, isRevoked)
        senders[sender] = known
    }

    /// Its key is worth nothing any more.
    public mutating func remove(_ sender: SenderID) { senders[sender] = nil }

    /// Opens a packet.
    ///
    /// Complexity: O(bytes) where it comes about when it is expected, some 200 times that where it may come from anywhere in the last and
    /// next hours; what fits nowhere is looked for so far 20 times a second at most.
    ///
    /// - Parameters:
    ///   - carrier: who sent it as the carrier tells, for packets without a tag.
    ///   - milliseconds: now, of a clock that nobody sets.
    public mutating func open(
        _ packet: [UInt8], carrier: SenderID? = nil, at milliseconds: Int
    ) throws(PacketFailure) -> OpenedPacket {
        let head: PacketHead
        guard packet.count <= Self.mostBytes else { throw .refused(.malformed) }
        do throws(LinkError) { head = try PacketHead(of: packet) } catch { throw .refused(.malformed) }
        let parts = Parts(packet, head)
        switch head.form {
        case .bare: return try bare(parts, carrier, at: milliseconds)
        case .full: return try full(parts, at: milliseconds)
        case .compact: return try compact(parts, at: milliseconds)
        }
    }

    private struct Parts {
        let head: PacketHead
        let headBytes: [UInt8]
        let body: [UInt8]

        init(_ packet: [UInt8], _ head: PacketHead) {
            self.head = head
            headBytes = Array(packet[..<head.form.headBytes])
            body = Array(packet[head.form.headBytes...])
        }
    }

    /// Milliseconds for which the last bits of a counter name one packet.
    private static let bareMemory = 600_000

    private mutating func bare(_ parts: Parts, _ carrier: SenderID?, at now: Int) throws(PacketFailure) -> OpenedPacket
    {
        guard let carrier, var sender = senders[carrier], sender.mayBeBare, carrier.hint == parts.head.hint else {
            throw .refused(.unprotected)
        }
        guard !sender.isRevoked else { throw .refused(.revoked) }
        if let known = sender.bare[parts.head.low], now - known < Self.bareMemory { throw .refused(.replayed) }
        sender.bare = sender.bare.filter { now - $0.value < Self.bareMemory }
        sender.bare[parts.head.low] = now
        senders[carrier] = sender
        let counter = UInt64(max(now, 0) / PacketNumber.millisecondsPerStep)
        return OpenedPacket(
            sender: carrier, number: PacketNumber(epoch: 0, counter: min(counter, PacketNumber.mostCounter)),
            context: parts.head.context, form: .bare, text: parts.body, key: nil)
    }

    private mutating func full(_ parts: Parts, at now: Int) throws(PacketFailure) -> OpenedPacket {
        guard let (id, number) = parts.head.whole, let sender = senders[id],
            let unsealed = try unseal(parts, of: id, sender, number)
        else { throw .refused(.forged) }
        return try took(parts, id, number, unsealed, at: now)
    }

    private mutating func compact(_ parts: Parts, at now: Int) throws(PacketFailure) -> OpenedPacket {
        let fitting = senders.filter { $0.key.hint == parts.head.hint }.sorted { $0.key.value < $1.key.value }
        for (id, sender) in fitting {
            for number in near(parts.head, sender, at: now) {
                guard let unsealed = try unseal(parts, of: id, sender, number) else { continue }
                return try took(parts, id, number, unsealed, at: now)
            }
        }
        guard far.mayBegin(at: now) else { throw .refused(.forged) }
        for (id, sender) in fitting {
            for number in self.far(parts.head, sender, at: now) {
                guard let unsealed = try unseal(parts, of: id, sender, number) else { continue }
                return try took(parts, id, number, unsealed, at: now)
            }
        }
        throw .refused(.forged)
    }

    /// A packet's text, and the key that fits.
    private typealias Unsealed = (text: [UInt8], key: PacketKey)

    private func unseal(
        _ parts: Parts, of id: SenderID, _ sender: Sender, _ number: PacketNumber
    ) throws(PacketFailure) -> Unsealed? {
        do throws(SealingError) {
            let nonce = PacketNonce(sender: id, number: number)
            for key in sender.keys {
                if let text = try key.unseal(parts.body, head: parts.headBytes, nonce: nonce) { return (text, key) }
            }
            return nil
        } catch { throw .machine(error) }
    }

    private mutating func took(
        _ parts: Parts, _ id: SenderID, _ number: PacketNumber, _ unsealed: Unsealed, at now: Int
    ) throws(PacketFailure) -> OpenedPacket {
        guard var sender = senders[id], sender.isRevoked || sender.window.isNew(number) else {
            throw .refused(.replayed)
        }
        // Of one that was revoked too: it tells where the next ones are.
        if sender.last.map({ $0 < number }) ?? true { (sender.last, sender.cameAt) = (number, now) }
        if !sender.isRevoked { sender.window.note(number) }
        senders[id] = sender
        guard !sender.isRevoked else { throw .refused(.revoked) }
        return OpenedPacket(
            sender: id, number: number, context: parts.head.context, form: parts.head.form, text: unsealed.text,
            key: unsealed.key)
    }

    /// The counter that a packet of the newest epoch would have now.
    private func expected(_ sender: Sender, at now: Int) -> Int {
        guard let last = sender.last else { return 0 }
        return Int(last.counter) + max(now - sender.cameAt, 0) / PacketNumber.millisecondsPerStep
    }

    private static let windowSteps = 1 << PacketNumber.lowBits
    /// Windows on each side of the nearest: 23 hours.
    private static let windows = 64
    /// Epochs after the newest one: a sender that was started anew so often while nobody heard it.
    private static let epochs: UInt32 = 8

    /// Where a packet should be: now, or at the begin of the next epoch.
    private func near(_ head: PacketHead, _ sender: Sender, at now: Int) -> [PacketNumber] {
        let epoch = sender.last?.epoch ?? 0
        var numbers = Self.counters(head.low, near: expected(sender, at: now)).prefix(3).map {
            PacketNumber(epoch: epoch, counter: $0)
        }
        if epoch < .max { numbers.append(PacketNumber(epoch: epoch + 1, counter: UInt64(head.low))) }
        return numbers
    }

    private func far(_ head: PacketHead, _ sender: Sender, at now: Int) -> [PacketNumber] {
        let epoch = sender.last?.epoch ?? 0
        var numbers = Self.counters(head.low, near: expected(sender, at: now)).dropFirst(3).map {
            PacketNumber(epoch: epoch, counter: $0)
        }
        // A later epoch began after the last packet.
        let since = max(now - sender.cameAt, 0) / PacketNumber.millisecondsPerStep / Self.windowSteps
        for later in 1...Self.epochs where UInt32.max - epoch >= later {
            for window in 0...min(since + 1, Self.windows) {
                numbers.append(
                    PacketNumber(epoch: epoch + later, counter: UInt64(window * Self.windowSteps + head.low)))
            }
        }
        return numbers
    }

    /// Counters that end in `low`, the nearest to the expected one first.
    private static func counters(_ low: Int, near expected: Int) -> [UInt64] {
        let half = windowSteps / 2
        let nearest = expected - half + (low - expected + half) & (windowSteps - 1)
        var counters: [UInt64] = []
        for window in 0...windows {
            for side in window == 0 ? [0] : [-window, window] {
                let counter = nearest + side * windowSteps
                if counter >= 0, counter <= PacketNumber.mostCounter { counters.append(UInt64(counter)) }
            }
        }
        return counters
    }
}

/// Why a packet was not opened.
public enum PacketFailure: Error, Equatable, Sendable {
    case refused(PacketRefusal)
    case machine(SealingError)
}

/// How often packets may be looked for everywhere: senseless ones must not cost all the time there is.
private struct FarSearches {
    private var left = most
    private var filledAt = 0

    private static let most = 20
    private static let millisecondsEach = 50

    mutating func mayBegin(at now: Int) -> Bool {
        let gained = (now - filledAt) / Self.millisecondsEach
        if gained > 0 {
            left = min(left + gained, Self.most)
            filledAt = now
        }
        guard left > 0 else { return false }
        left -= 1
        return true
    }
}
