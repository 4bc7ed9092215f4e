// arete link pair: secrets made, carried, changed and taken back.
import Codes
import Glibc
import Imaging
import Link

extension LinkCommand {
    private enum Task: String, CaseIterable {
        case rotate = "--rotate"
        case revoke = "--revoke"
        case show = "--show"
        case from = "--from"
    }

    static func pair(_ arguments: ParsedArguments) throws {
        guard arguments.positionals.count == 2 else { throw UsageError("'link pair' takes one NAME or FILE") }
        let subject = arguments.positionals[1]
        let output = arguments.last("-o")
        let tasks = Task.allCases.filter { arguments.has($0.rawValue) }
        guard tasks.count <= 1 else {
            throw UsageError("'link pair' does one thing: \(tasks.map(\.rawValue).joined(separator: " or "))")
        }
        switch tasks.first {
        case .rotate, .revoke:
            guard output == nil else {
                throw UsageError("'link pair \(tasks[0].rawValue)' changes FILE: it takes no -o")
            }
            if tasks.first == .rotate { try rotate(subject) } else { try revoke(subject) }
        case .show: try show(subject, output)
        case .from:
            guard let output else { throw UsageError("'link pair --from' needs -o FILE") }
            try takeIn(subject, output)
        case nil:
            guard let output else { throw UsageError("'link pair' needs -o FILE") }
            let pairing = try Pairing(name: subject)
            try pairing.write(to: output)
            try Output.print("\(output): the secret of \(pairing); bring it to its station, and nowhere else")
        }
    }

    private static func rotate(_ path: String) throws {
        let pairing = try Pairing(path: path).rotated()
        try pairing.write(to: path, replaces: true)
        try Output.print("\(path): another secret for \(pairing); the one before opens packets until the next rotation")
    }

    private static func revoke(_ path: String) throws {
        let pairing = try Pairing(path: path, mayBeRevoked: true).revoked()
        try pairing.write(to: path, replaces: true)
        try Output.print("\(path): \(pairing) is revoked; a station that has this file refuses its packets")
    }

    private static func show(_ path: String, _ picture: String?) throws {
        let pairing = try Pairing(path: path)
        let code = try QRCode(PairingCode(pairing).text)
        let drawn = try code.picture()
        guard let picture else {
            // In a pipe or a log it would stay.
            guard isatty(STDOUT_FILENO) == 1 else {
                throw PairFailure("the code holds a secret and is shown on terminals alone; -o PICTURE.png keeps it")
            }
            return try Output.draw(code.terminalLines)
        }
        do throws(ImageError) { try drawn.write(path: picture, isPrivate: true) } catch {
            throw PairFailure("\(picture): \(error)")
        }
        try Output.print("\(picture): the secret of \(pairing); remove it when the other side has it")
    }

    private static func takeIn(_ picture: String, _ path: String) throws {
        let image: Image
        do throws(ImageError) { image = try Image.read(path: picture) } catch {
            throw PairFailure("\(picture): \(error)")
        }
        let texts = try CodeReader.searchSizes(image, format: .qr).texts.filter { PairingCode.isMeant($0) }
        guard texts.count == 1 else {
            let reason =
                texts.isEmpty ? "shows no pairing's code that can be read" : "shows the codes of several pairings"
            throw PairFailure("\(picture): \(reason)")
        }
        let told: Pairing
        do throws(PairingError) { told = try PairingCode(text: texts[0]).pairing } catch {
            throw PairFailure("\(picture): \(error)")
        }
        let isThere = access(path, F_OK) == 0
        let pairing = isThere ? try Pairing(path: path).following(told) : told
        try pairing.write(to: path, replaces: isThere)
        try Output.print("\(path): the secret of \(pairing)" + (isThere ? ", in place of the one before" : ""))
    }
}

private struct PairFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
