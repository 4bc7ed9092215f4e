// A way out, on a thread of its own.
import Link
import Publishing
import Synchronization
import Threads

/// Runs an outlet beside the pipeline, and tells the pipeline how it does.
final class OutletSink: Sink {
    let name: String
    private let runner: Runner
    private let worker: SystemThread
    private let line: CarriedLine?
    private var hasEnded = false

    /// - Parameter line: what it speaks on, carried as long as this is there.
    /// - Throws: `PipelineError.system` where the machine gives no thread.
    init(
        _ outlet: any Outlet, of store: TrackStore, over line: CarriedLine? = nil,
        report: @escaping @Sendable (OutletFigures) -> Void
    ) throws(PipelineError) {
        (name, self.line) = (outlet.name, line)
        let runner = Runner(outlet, StoreReader(store), report)
        self.runner = runner
        worker = try SystemThread.working { runner.work() }
    }

    func take(_ result: FrameResult) throws(SinkFailure) { try check() }
    func take(_ event: Event) throws(SinkFailure) { try check() }

    private func check() throws(SinkFailure) {
        if let trouble = runner.figures.withLock({ $0.trouble }) { throw SinkFailure(description: trouble) }
    }

    func stop() { runner.isStopped.store(true, ordering: .releasing) }

    func finish() throws(SinkFailure) {
        end()
        try check()
    }

    /// A pipeline that could not start leaves nothing running.
    deinit { end() }

    private func end() {
        guard !hasEnded else { return }
        hasEnded = true
        stop()
        worker.join()
    }

    /// What the thread has. The outlet and its reader are the thread's alone once it runs.
    private final class Runner: @unchecked Sendable {
        let figures = Mutex(OutletFigures())
        let isStopped = Atomic<Bool>(false)
        private let outlet: any Outlet
        private let reader: StoreReader
        private var failure: String?
        private let report: @Sendable (OutletFigures) -> Void

        /// Milliseconds between two looks at whether it is to stop.
        private static let patience = 200
        /// Milliseconds that it may go on for, so that others have what they must have.
        private static let farewell = 3000

        init(_ outlet: any Outlet, _ reader: StoreReader, _ report: @escaping @Sendable (OutletFigures) -> Void) {
            (self.outlet, self.reader, self.report) = (outlet, reader, report)
        }

        func work() {
            while !isStopped.load(ordering: .acquiring) { step() }
            let end = reader.now + Self.farewell
            repeat { step() } while outlet.figures.waiting > 0 && reader.now < end
            outlet.finish()
            tell()
        }

        private func step() {
            let changes = reader.take()
            failure = changes.failure.map {
                "\($0); new things are not published once the numbers that are left are used up"
            }
            outlet.take(changes)
            let pause = outlet.turn()
            tell()
            Readiness.wait(
                for: [reader.descriptor] + outlet.descriptors, milliseconds: min(pause, Self.patience))
        }

        private func tell() {
            var now = outlet.figures
            now.trouble = now.trouble ?? failure
            let hasChanged = figures.withLock { figures in
                defer { figures = now }
                return figures != now
            }
            if hasChanged { report(now) }
        }
    }
}
