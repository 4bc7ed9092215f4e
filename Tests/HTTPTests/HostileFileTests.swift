// Files that a server lives on, damaged.
import Certificates
import Credentials
import Foundation
import Peers
import TestSupport
import Testing

@testable import HTTP

@Suite struct HostileFileTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder("files") }

    private func write(_ bytes: [UInt8], _ name: String) throws -> String {
        let path = folder.path(name)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        return path
    }

    @Test("a book of sessions with any times in it lets nobody in who has no cookie, and is written again")
    func times() throws {
        let token = AccessToken.drawn()
        let times = [Int.min, Int.min + 1, -1, 0, 1_900_000_000, Int.max - 1, Int.max]
        let lines = times.enumerated().map { String(repeating: "\($0)", count: 64) + " \($1)\n" }
        let path = try write(Array(lines.joined().utf8), "book")
        for now in [0, 100, 1_000_000] {
            let sessions = Sessions(book: SessionBook(path: path, token: token), now: now)
            #expect(!sessions.use("", now: now + 1) && !sessions.use(String(repeating: "0", count: 64), now: now + 1))
            let cookie = sessions.open(now: now + 2)
            #expect(sessions.use(cookie, now: now + 1000))
        }
        #expect(SessionBook(path: path, token: token).read().values.allSatisfy { $0 >= 0 })
    }

    @Test("500 mutated books of sessions are read as far as they are some", arguments: [UInt64(17)])
    func books(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let token = AccessToken.drawn()
        let book = SessionBook(path: folder.path("book"), token: token)
        var sessions = 0
        for _ in 0..<500 {
            let lines = (0..<4).map { "\(book.digest("\($0)")) \(Int(Date().timeIntervalSince1970) - $0 * 1000)\n" }
            let file = Array(lines.joined().utf8)
            _ = try write(Mutation.mutated(file, with: Array("-9223372036854775808\n".utf8), &random), "book")
            let opened = Sessions(book: book, now: 100)
            sessions += (0..<4).count { opened.use("\($0)", now: 101) }
            #expect(!opened.use("none", now: 102), "seed \(seed)")
        }
        #expect(sessions > 500, "seed \(seed): \(sessions)")
    }

    @Test("300 mutated certificates and keys end in one line that names the file, or in a certificate")
    func certificates() throws {
        let seed: UInt64 = 23
        var random = SplitMix(state: seed)
        let now = Int(Date().timeIntervalSince1970)
        let own = folder.path("own.pem")
        do throws(CertificateError) { _ = try OwnCertificate.at(own, names: ["localhost"], now: now) } catch {
            guard case .absent = error else { throw error }
            return
        }
        let file = Array(try Data(contentsOf: URL(fileURLWithPath: own)))
        var read = 0
        for turn in 0..<300 {
            let path = try write(Mutation.mutated(file, with: file, &random), "changed.pem")
            do throws(CertificateError) {
                let (certificate, key) = turn % 2 == 0 ? (path, own) : (own, path)
                let found = try ServerCertificate(certificate: certificate, key: key, now: now)
                #expect(found.fingerprint.count == 95, "seed \(seed)")
                read += 1
            } catch {
                #expect("\(error)".contains(folder.path("")) && !"\(error)".contains("\n"), "seed \(seed): \(error)")
            }
        }
        #expect((1..<300).contains(read), "seed \(seed): \(read)")
    }
}
