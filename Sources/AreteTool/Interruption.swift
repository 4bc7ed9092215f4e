// Ending long work when somebody asks for it.
import Glibc
import Synchronization

enum Interruption {
    private static let wanted = Atomic<Bool>(false)

    /// From now on Ctrl-C and SIGTERM do not end the program but are told by `isWanted`; a second one ends it.
    static func watch() {
        // Whoever started this program may have left them blocked.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM] { sigaddset(&signals, number) }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                Interruption.wanted.store(true, ordering: .relaxed)
                signal(number, SIG_DFL)
            }
        }
    }

    static var isWanted: Bool { wanted.load(ordering: .relaxed) }
}
