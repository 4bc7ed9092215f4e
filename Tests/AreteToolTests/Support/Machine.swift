// What tests of faults need of the machine that they run on.
import Foundation

enum Machine {
    private static func has(_ paths: String...) -> Bool {
        paths.allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static func may(_ line: String) -> Bool {
        (try? ProgramRun(line, in: FileManager.default.temporaryDirectory))?.status == 0
    }

    /// The program under test, which is built beside its tests.
    static let arete = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("arete").path

    static let hasBroker = has("/usr/sbin/mosquitto", "/usr/bin/mosquitto_sub")
    static let hasWireshark = has("/usr/bin/tshark", "/usr/bin/dumpcap", "/usr/sbin/mosquitto")
    static let hasFaketime = has("/usr/bin/faketime")
    /// Disks of a test's own.
    static let mayMount = may("unshare -rm mount -t tmpfs none /mnt")
    /// Packets of a network of a test's own.
    static let mayCapture = may("unshare -rn dumpcap -D")
    /// A machine's count since it was started, of a test's own.
    static let mayStartAnew = may("unshare -rT --boottime 1000 true")
}
