// Swift's strings in C's hands.
import CCurl
import Credentials
import Glibc

/// Strings of C that live as long as this; what they held is wiped, as some are secrets.
final class CText {
    private var copies: [(start: UnsafeMutablePointer<CChar>, count: Int)] = []

    func copy(_ text: String?) -> UnsafePointer<CChar>? {
        guard let text else { return nil }
        let bytes = Array(text.utf8) + [0]
        let start = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
        for (place, byte) in bytes.enumerated() { start[place] = CChar(bitPattern: byte) }
        copies.append((start, bytes.count))
        return UnsafePointer(start)
    }

    func copy(_ credentials: TLSCredentials) -> arete_curl_credentials {
        arete_curl_credentials(
            authority: copy(credentials.authority), certificate: copy(credentials.certificate),
            key: copy(credentials.key))
    }

    deinit {
        for copy in copies {
            explicit_bzero(copy.start, copy.count)
            copy.start.deallocate()
        }
    }
}

extension arete_curl_error {
    var text: String {
        withUnsafeBytes(of: message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

/// Milliseconds of a time to wait, from a millisecond to a day.
func milliseconds(_ seconds: Double) -> Int { seconds > 0 ? max(1, Int(min(seconds, 86_400) * 1000)) : 1 }
