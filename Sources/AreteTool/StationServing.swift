// A station's page, as its command line says it.
import Certificates
import Codes
import Credentials
import Glibc
import HTTP
import Pipeline
import Station
import Threads
import Times

/// Serves the page: to this machine alone, or over HTTPS to all who can reach an address and have the token.
struct StationServing {
    static let options: [CommandForm.Option] = [
        .init(
            name: "--page", value: "ADDRESS:PORT",
            help: "where the page is served: 127.0.0.1:8460 to this machine alone; others, as 0.0.0.0:8460, by HTTPS"),
        .init(
            name: "--token", value: "FILE",
            help:
                "of what lets people in (default: FILE of the store with .token behind it); drawn where it is not there"
        ),
        .init(
            name: "--name", value: "HOST...", help: "under which tablets reach the page, names and addresses",
            takesMany: true),
        .init(
            name: "--certificate", value: "FILE",
            help: "for HTTPS, with the key in --key (default: the station's own, in FILE.pem beside the store)"),
        .init(name: "--key", value: "FILE", help: "of the certificate, readable for its owner alone"),
        .init(
            name: "--terrain", value: "DIR",
            help: "heights of the ground, .hgt or GeoTIFF: for the map, what cameras see of it and what was searched"),
    ]

    private let server: StationServer
    private let address: ServedAddress
    private let tokenPath: String
    private let token: AccessToken
    private let fingerprint: String?
    private let isJSON: Bool
    /// As people reach it.
    private let host: String

    private static let usual = "127.0.0.1:8460"

    /// - Parameters:
    ///   - store: where the station keeps all, and has its tables already.
    ///   - status: what its thread says of itself.
    /// - Throws: what is wrong with the arguments, or cannot be opened.
    init(_ arguments: ParsedArguments, store: String, _ status: StationStatus) throws {
        address = try ServedAddress(arguments.last("--page") ?? Self.usual)
        // A shared database is no file that others could lie beside.
        let beside = store.contains("://") ? "arete-station" : store
        tokenPath = arguments.last("--token") ?? beside + ".token"
        token = try AccessToken.at(tokenPath).token
        var options = StationServer.Options(token: token)
        (options.address, options.port) = (address.host, address.port)
        options.sessions = tokenPath + ".sessions"
        options.tell = { Output.error("arete: page: \($0)") }
        let names = arguments.all("--name")
        if address.isLoopback { options.hosts = .loopback(names) } else { options.hosts = .any }
        options.terrain = try arguments.last("--terrain").map { try StationTerrain(folder: $0) }
        for trouble in options.terrain?.troubles ?? [] { Output.error("arete: terrain: \(trouble)") }
        let own = beside + ".pem"
        let certificate = try Self.certificate(arguments, address, names, own)
        options.identity = certificate.map { TLSIdentity(certificate: $0.certificate, key: $0.key) }
        fingerprint = certificate?.fingerprint
        isJSON = arguments.has("--json")
        // Names of a page that this machine alone reaches are those of tunnels, which have other ports.
        let known = address.isLoopback ? nil : names.first
        host = known ?? (address.isAny ? HostAddresses.all.first ?? Self.machine : address.host)
        status.tell(name: names.first ?? Self.machine)
        server = try StationServer(options, store: store, status)
        if let end = certificate?.validity.upperBound {
            status.tell(certificateEnd: end)
            try Self.watch(CertificateWatch(path: arguments.last("--certificate") ?? own, end: end))
        }
    }

    /// Seconds between two looks at the clock.
    private static let pause: UInt32 = 60

    /// A station runs for months, its certificate may not.
    private static func watch(_ watch: CertificateWatch) throws(ThreadError) {
        try SystemThread.detach {
            var watch = watch
            while true {
                if let line = watch.line(now: UTC.now / 1000) { Output.error("arete: \(line)") }
                sleep(pause)
            }
        }
    }

    private static func certificate(
        _ arguments: ParsedArguments, _ address: ServedAddress, _ names: [String], _ path: String
    ) throws -> ServerCertificate? {
        let now = UTC.now / 1000
        switch (arguments.last("--certificate"), arguments.last("--key")) {
        case (let certificate?, let key?):
            return try ServerCertificate(certificate: certificate, key: key, now: now)
        case (nil, nil): break
        default: throw UsageError("--certificate and --key come together")
        }
        guard !address.isLoopback else { return nil }
        let all = names + (address.isAny ? HostAddresses.all : [address.host]) + [machine, "localhost"]
        return try OwnCertificate.at(path, names: all, now: now).certificate
    }

    /// What this machine is called.
    private static var machine: String { HostName.text ?? "localhost" }

    /// For people: where the page is, and what lets them in.
    func tell() throws {
        let scheme = fingerprint == nil ? "http" : "https"
        let page = "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(server.port)/"
        Output.error("arete: page at \(page), with the token in \(tokenPath)")
        if let fingerprint { Output.error("arete: its certificate's SHA-256 fingerprint is \(fingerprint)") }
        // In a pipe or a log it would stay, and no document is it.
        guard !isJSON, fingerprint != nil, isatty(STDOUT_FILENO) == 1,
            let code = try? QRCode("\(page)#token=\(token.text)")
        else { return }
        try Output.draw(code.terminalLines)
    }
}

/// Where a page is served, as people write it.
struct ServedAddress: Hashable {
    let host: String
    let port: Int

    /// - Throws: `UsageError` for what is none.
    init(_ text: String) throws {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65535).contains(port)
        else { throw UsageError("--page \(text): ADDRESS:PORT, as 127.0.0.1:8460") }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { throw UsageError("--page \(text): ADDRESS:PORT, as 127.0.0.1:8460") }
        // Sockets take numbers; with a resolver, the name could lead elsewhere.
        (self.host, self.port) = (host.lowercased() == "localhost" ? "127.0.0.1" : String(host), port)
    }

    var isLoopback: Bool { Loopback.contains(host) }
    /// All addresses of this machine.
    var isAny: Bool { host == "0.0.0.0" || host == "::" }
}
