// Feeds the small files that a station lives on: any bytes end in an error that names the file, or in what the file holds.

import Certificates
import Credentials
import FuzzDriver
import Glibc

@testable import HTTP
@testable import Link

@main enum SecretsFuzz {
    private static let folder = String(cString: fuzz_folder())
    private static let path = folder + "/secret"
    private static let file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
    /// A certificate and its key of this run.
    private static let own: String = {
        _ = try? OwnCertificate.at(folder + "/own.pem", names: ["localhost"], now: now)
        return folder + "/own.pem"
    }()
    /// The same in each run, so that what breaks one breaks the next.
    private static let token: AccessToken? = {
        let path = folder + "/token"
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        write(file, "abcde-fghjk-mnpqr", 17)
        close(file)
        return try? AccessToken.at(path).token
    }()
    private static let now = 1_800_000_000

    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            SecretsFuzz.feed(UnsafeRawBufferPointer(start: data, count: size))
            return 0
        }
    }

    /// The first byte tells what the file is.
    private static func feed(_ bytes: UnsafeRawBufferPointer) {
        guard let kind = bytes.first, ftruncate(file, 0) == 0,
            pwrite(file, bytes.baseAddress.map { $0 + 1 }, bytes.count - 1, 0) == bytes.count - 1
        else { return }
        do {
            switch kind % 6 {
            case 0:
                let (token, isNew) = try AccessToken.at(path)
                precondition(!isNew && token.matches(token.text) && !token.matches(token.text + "x"))
            case 1: check(try ServerCertificate(certificate: path, key: own, now: now))
            case 2: check(try ServerCertificate(certificate: own, key: path, now: now))
            case 3:
                let pairing = try Pairing(path: path, mayBeRevoked: true)
                precondition((1...64).contains(pairing.name.utf8.count))
                let (up, down) = (try pairing.keys(.up), try pairing.keys(.down))
                precondition(up.count == down.count && up != down)
            case 4:
                guard try PortPlace("mavlink:/dev/null,key=" + path).signingKey() != nil else {
                    preconditionFailure("no key")
                }
            default:
                guard let token else { return }
                let book = SessionBook(path: path, token: token)
                let isThere = book.read()[book.digest("cookie")] != nil
                let sessions = Sessions(book: book, now: 100)
                // It learns digests from how they are compared.
                precondition(isThere || !sessions.use("cookie", now: 101))
            }
        } catch {
            let text = "\(error)"
            precondition(text.contains(path) && !text.contains("\n"), text)
        }
    }

    private static func check(_ certificate: ServerCertificate) {
        precondition(certificate.validity.contains(now) && certificate.fingerprint.utf8.count == 95)
        _ = certificate.names("localhost")
    }
}
