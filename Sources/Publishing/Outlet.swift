// A way out of the box.
import Database

/// Tells others what a store has. For one thread at a time, which may be its own: whoever sees things never waits for it.
public protocol Outlet: AnyObject {
    /// What people call it in messages.
    var name: String { get }
    /// What there is to tell and it cannot, in words for the one who sets it up.
    var lacks: [String] { get }
    /// Where something comes in that it waits for, by its file descriptors.
    var descriptors: [Int32] { get }
    /// Takes what has changed.
    func take(_ changes: StoreChanges)
    /// Sends what there is to send and takes what came. Returns after how many milliseconds it wants to be asked again, where nothing happens before.
    func turn() -> Int
    /// Brings all to the disk that must not be lost.
    func finish()
    var figures: OutletFigures { get }
}

/// What became of what an outlet had to tell.
public struct OutletFigures: Hashable, Sendable {
    /// With what carriers add.
    public var sentBytes = 0
    public var sentMessages = 0
    /// Things that somebody must have and nobody is known to have.
    public var waiting = 0
    /// Things that were given up, as there was no room to keep them.
    public var dropped = 0
    /// Messages that came and that a key refused.
    public var refused = 0
    /// The part of messages that was lost lately, 0 to 1.
    public var loss = 0.0
    /// Why it cannot do its work now; `nil` where it can.
    public var trouble: String?

    public init() {}
}
