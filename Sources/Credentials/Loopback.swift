// Hosts that nobody but this machine reaches.
import Glibc

public enum Loopback {
    /// Whether a host is this machine by its very name: `localhost` or a numeric address. A name that begins with
    /// "127." is none.
    public static func contains(_ host: String) -> Bool {
        if host == "localhost" { return true }
        var four = in_addr()
        if inet_pton(AF_INET, host, &four) == 1 { return UInt32(bigEndian: four.s_addr) >> 24 == 127 }
        var six = in6_addr()
        guard inet_pton(AF_INET6, host, &six) == 1 else { return false }
        let bytes = withUnsafeBytes(of: &six) { Array($0) }
        return bytes == [UInt8](repeating: 0, count: 15) + [1]
    }
}
