// arete models: the models that come with arete, their sums and cards.
import Catalogue
import Glibc
import JSON

enum ModelsCommand: Command {
    static let form = CommandForm(
        name: "models", summary: "Lists the models that come with arete, checks their sums, shows their cards",
        positionals: "[list | verify [NAME] | card NAME]", positionalCount: 0...2,
        options: [
            .init(
                name: "--folder", value: "DIR",
                help: "the folder with index.json (default: Models here or above the program, or share/arete/models)"),
            ModelOptions.json,
        ])

    static func run(_ arguments: ParsedArguments) throws {
        let request = try Request(arguments.positionals)
        let catalogue = try Catalogue(folder: try arguments.last("--folder") ?? ModelFolder.find())
        let asJSON = arguments.has("--json")
        switch request {
        case .list: try Output.print(asJSON ? json(catalogue).text : text(catalogue))
        case .verify(let name):
            try verify(catalogue, try name.map { [try catalogue.entry($0)] } ?? catalogue.entries, asJSON: asJSON)
        case .card(let name):
            let card = try catalogue.card(try catalogue.entry(name))
            let document: JSONValue = ["id": JSONValue(name), "card": JSONValue(card)]
            try Output.print(asJSON ? document.text : card)
        }
    }

    /// What is asked for, known before the catalogue is looked for.
    private enum Request {
        case list
        case verify(String?)
        case card(String)

        init(_ words: [String]) throws(UsageError) {
            switch (words.first ?? "list", words.dropFirst().first) {
            case ("list", nil): self = .list
            case ("verify", let name): self = .verify(name)
            case ("card", let name?): self = .card(name)
            case ("card", nil): throw UsageError("whose card? arete models card NAME")
            default: throw UsageError("'\(words.joined(separator: " "))' is none of list, verify [NAME] and card NAME")
            }
        }
    }

    /// Checks all before it fails, so that every bad file is named.
    private static func verify(_ catalogue: Catalogue, _ entries: [Entry], asJSON: Bool) throws {
        var results: [(entry: Entry, reason: String?)] = []
        for entry in entries {
            do {
                try catalogue.verify(entry)
                results.append((entry, nil))
            } catch {
                results.append((entry, "\(error)"))
                Output.error("arete: \(error)")
            }
        }
        if asJSON {
            let models = results.map { result -> JSONValue in
                [
                    "id": JSONValue(result.entry.id), "intact": JSONValue(result.reason == nil),
                    "reason": result.reason.map { JSONValue($0) } ?? nil,
                ]
            }
            try Output.print((["models": JSONValue(models)] as JSONValue).text)
        } else {
            for result in results where result.reason == nil { try Output.print("\(result.entry.id): intact") }
        }
        if results.contains(where: { $0.reason != nil }) { throw AlreadyReported() }
    }

    private static func json(_ catalogue: Catalogue) -> JSONValue {
        let models = catalogue.entries.map { entry -> JSONValue in
            [
                "id": JSONValue(entry.id), "version": JSONValue(entry.version), "task": JSONValue(entry.task),
                "path": JSONValue(catalogue.modelPath(entry)), "size": JSONValue(entry.size),
                "sha256": JSONValue(entry.sha256),
                "preset_sha256": entry.presetSHA256.map { JSONValue($0) } ?? nil, "licence": JSONValue(entry.licence),
                "sharing": JSONValue(entry.sharing),
            ]
        }
        return ["models": JSONValue(models)]
    }

    private static func text(_ catalogue: Catalogue) -> String {
        catalogue.entries.map { entry in
            """
            \(entry.id) \(entry.version): \(entry.task), \((entry.size + 512) / 1024) KiB, \(catalogue.modelPath(entry))
              licence: \(entry.licence)
              sharing: \(entry.sharing)
            """
        }.joined(separator: "\n")
    }
}

/// Where the models lie.
private enum ModelFolder {
    /// Here, or in the folders above the program: the repository's for one that was built there, `share` for one that is installed.
    static func find() throws -> String {
        var candidates = ["Models"]
        var folder = program
        while let slash = folder.lastIndex(of: "/") {
            folder = String(folder[..<slash])
            candidates += ["\(folder)/Models", "\(folder)/share/arete/models"]
        }
        guard let found = candidates.first(where: { access("\($0)/index.json", R_OK) == 0 }) else {
            throw UsageError("there is no folder Models with index.json here or above the program; give --folder DIR")
        }
        return found
    }

    private static var program: String {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &path, path.count)
        return String(decoding: path.prefix(max(count, 0)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
