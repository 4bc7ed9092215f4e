// What a search of arete quantize remembers between runs.
import Arete
import Glibc
import JSON
import Quantizer
import Tensors

/// The state of a search in a file beside the model.
struct SearchMemory {
    struct State {
        var float: Double?
        var candidates: [MixSearch.Candidate]?
        var known: [Set<String>: MixSearch.Scored] = [:]
    }

    private let path: String
    private let key: String

    /// - Parameter files: all that scores and times depend on. A search whose files have changed begins anew.
    init(_ task: QuantizeTask, _ arguments: ParsedArguments, files: [String]) {
        path = task.output + ".search.json"
        let options = QuantizeCommand.form.options.map(\.name).filter {
            !Self.neutral.contains($0) && arguments.has($0)
        }
        let settings = options.map { ([$0] + arguments.all($0)).joined(separator: " ") }
        let machine = "instruction set \(getenv("ARETE_ISA").map { String(cString: $0) } ?? "of the machine")"
        let prints = "\(files.count) files, \(String(Self.fingerprint(of: files), radix: 16))"
        key = (["arete \(AreteTool.version)", task.model, machine, prints] + settings).joined(separator: "\n")
    }

    private static let neutral: Set = [
        "-o", "--max-drop", "--evaluations", "--check", "--report", "--json", "--no-cache",
    ]

    /// FNV-1a over names, sizes and times of change.
    private static func fingerprint(of files: [String]) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for file in files {
            var status = stat()
            let isThere = stat(file, &status) == 0
            let state = isThere ? "\(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)" : "absent"
            for byte in "\(file)\n\(state)\n".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        return hash
    }

    /// What an earlier search for the same thing knew; empty where there was none.
    /// - Throws: where the file is damaged, saying what to do.
    func read() throws -> State {
        guard access(path, F_OK) == 0 else { return State() }
        do {
            let file = try MappedFile(path: path)
            let fields = try JSONFields(try JSONReader.read(file.bytes, source: path), source: path)
            guard try fields.string("search") == key else { return State() }
            return try State(fields, path)
        } catch {
            throw ModelError(path: path, reason: "is no state of a search (\(error)); delete it to begin anew")
        }
    }

    func write(_ state: State) throws {
        let text = JSONValue(.object([JSONMember("search", JSONValue(key))] + state.members)).text
        try TextFolder.write(text + "\n", to: path)
    }
}

extension SearchMemory.State {
    fileprivate init(_ fields: JSONFields, _ path: String) throws {
        float = try fields.number("float", in: 0...100)
        candidates = try Self.entries(fields, "candidates", path)?.map { entry in
            guard let name = try entry.string("name"), let noise = try entry.number("noise", in: 0...1e300),
                let cost = try entry.number("ms", in: -1e9...1e9)
            else { throw entry.missing("name", "must have noise and ms beside it") }
            return MixSearch.Candidate(name: name, noise: noise, milliseconds: cost)
        }
        for entry in try Self.entries(fields, "scores", path) ?? [] {
            guard let score = try entry.number("score", in: 0...100), let time = try entry.number("ms", in: 0...1e9)
            else { throw entry.missing("score", "must have ms beside it") }
            known[Set(try entry.strings("float") ?? [])] = MixSearch.Scored(score: score, milliseconds: time)
        }
    }

    private static func entries(_ fields: JSONFields, _ name: String, _ path: String) throws -> [JSONFields]? {
        guard case .array(let entries)? = fields.value(name)?.content else { return nil }
        return try entries.map { try JSONFields($0, source: path) }
    }

    fileprivate var members: [JSONMember] {
        var members: [JSONMember] = []
        if let float { members.append(JSONMember("float", JSONValue(float))) }
        if let candidates {
            let list = candidates.map { item -> JSONValue in
                [
                    "name": JSONValue(item.name), "noise": JSONValue(item.noise),
                    "ms": JSONValue(item.milliseconds),
                ]
            }
            members.append(JSONMember("candidates", JSONValue(list)))
        }
        let scores = known.sorted { ($0.key.count, $0.value.score) < ($1.key.count, $1.value.score) }.map {
            wide, scored -> JSONValue in
            [
                "float": JSONValue(wide.sorted().map { JSONValue($0) }), "score": JSONValue(scored.score),
                "ms": JSONValue(scored.milliseconds),
            ]
        }
        return members + [JSONMember("scores", JSONValue(scores))]
    }
}
