// A coil that throws bad parts out.
import Capture
import Signals
import Threads

/// A coil that is connected before it is needed: a thread of its own connects, connects anew, and writes the coil when nobody else does, so
/// that a lost machine is known before the next bad part comes, and a coil that was left on goes off.
final class ModbusLine: RejectLine {
    private let keeper: ModbusKeeper
    private let worker: SystemThread

    /// Tries to connect once before it returns.
    ///
    /// - Parameters:
    ///   - patience: milliseconds that each answer may take; `set` takes twice that at most.
    ///   - report: is told, on any thread, when the coil cannot be written any more, and why.
    /// - Throws: `PipelineError` where this build or this machine has no Modbus.
    init(
        _ request: ModbusRequest, patience: Int, report: @escaping @Sendable (SignalError) -> Void
    ) throws(PipelineError) {
        do throws(SignalError) { try ModbusCoil.check(request) } catch {
            throw .system("reject: \(error)")
        }
        let keeper = ModbusKeeper(request, patience: patience, report: report)
        keeper.connect()
        self.keeper = keeper
        worker = try SystemThread.working { keeper.work() }
    }

    deinit {
        keeper.end()
        worker.join()
    }

    func set(_ isActive: Bool) throws(SignalError) { try keeper.set(isActive) }
}

/// What the threads of a `ModbusLine` share.
private final class ModbusKeeper: Sendable {
    private struct State {
        var coil: ModbusCoil?
        /// What the coil is to be.
        var isActive = false
        /// Of the last write, in milliseconds of the monotonic clock.
        var written = 0
        /// Why the last write or the last attempt to connect failed.
        var failure: SignalError?
        var hasEnded = false
    }

    private let state = Monitor(State())
    private let request: ModbusRequest
    private let patience: Int
    private let report: @Sendable (SignalError) -> Void

    /// Milliseconds after which the coil is written again: machines close connections that say nothing, often after a minute.
    private static let interval = 1000
    /// Milliseconds between attempts to connect.
    private static let pauses = 100...2000

    init(_ request: ModbusRequest, patience: Int, report: @escaping @Sendable (SignalError) -> Void) {
        self.request = request
        self.patience = patience
        self.report = report
    }

    func set(_ isActive: Bool) throws(SignalError) {
        let failure = state.change { state in
            state.isActive = isActive
            return write(&state)
        }
        if let failure { throw failure }
    }

    /// Until `end` was called.
    func work() {
        var pause = Self.pauses.lowerBound
        while !state.change({ $0.hasEnded }) {
            if state.change({ $0.coil != nil }) {
                pause = Self.pauses.lowerBound
                refresh()
            } else if !connect() {
                _ = state.wait(milliseconds: pause) { $0.hasEnded ? true : nil }
                pause = min(2 * pause, Self.pauses.upperBound)
            }
        }
        state.change { state in
            state.isActive = false
            _ = write(&state)
            state.coil = nil
        }
    }

    func end() { state.change { $0.hasEnded = true } }

    /// Whether the coil can be written now, or could be if the machine did not refuse.
    @discardableResult
    func connect() -> Bool {
        // Others need not wait for this: it may take long.
        let attempt = Result { () throws(SignalError) in try ModbusCoil(request, patience: patience) }
        let (isConnected, news) = state.change { state -> (Bool, SignalError?) in
            let isKnown = state.failure != nil
            let failure: SignalError?
            switch attempt {
            case .success(let coil):
                state.coil = coil
                failure = write(&state)
            case .failure(let error):
                state.failure = error
                failure = error
            }
            return (state.coil != nil, isKnown ? nil : failure)
        }
        if let news { report(news) }
        return isConnected
    }

    /// Writes the coil when nobody has for a while; returns sooner when the connection is lost.
    private func refresh() {
        let isDisturbed = state.wait(milliseconds: Self.interval) { $0.hasEnded || $0.coil == nil ? true : nil }
        guard isDisturbed == nil else { return }
        let news = state.change { state -> SignalError? in
            let isKnown = state.failure != nil
            guard MonotonicClock.milliseconds - state.written >= Self.interval else { return nil }
            let failure = write(&state)
            return isKnown ? nil : failure
        }
        if let news { report(news) }
    }

    private func write(_ state: inout State) -> SignalError? {
        guard let coil = state.coil else {
            state.isActive = false
            return state.failure
        }
        do throws(SignalError) {
            try coil.set(state.isActive)
            state.written = MonotonicClock.milliseconds
            state.failure = nil
            return nil
        } catch {
            // The answer may have been lost, and the coil be on: it is to go off when that is possible again.
            state.isActive = false
            state.failure = error
            if coil.isBroken { state.coil = nil }
            return error
        }
    }
}
