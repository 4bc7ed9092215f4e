// Exports, whatever senders call things.
import JSON
import TestSupport
import Testing

@testable import Link
@testable import Station
@testable import TAK

@Suite struct ExportTests {
    /// Pieces that some document takes for more than text, with accents that make other characters of them.
    private static let pieces = [
        ",", "\"", "\r", "\n", "\r\n", "=", "\u{ff1d}", "-", "+", "@", "\t", "'", "<", ">", "&", "]]>", "&amp;",
        "\u{301}",
        "\u{200d}", "\u{0}", "\u{1b}", "\u{85}", "\u{2028}", "\u{fffe}", "\u{feff}", "雪", "🚁", "a", "1", "e5", ";", " ",
    ]

    private static func text(_ random: inout SplitMix) -> String {
        (0..<Int.random(in: 0...6, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
    }

    private static func number(_ random: inout SplitMix) -> Double {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: Double(bitPattern: UInt64.random(in: .min ... .max, using: &random))
        case 1: [.nan, .infinity, -.infinity, 1e300, -0.0].randomElement(using: &random) ?? 0
        default: Double.random(in: -180...180, using: &random)
        }
    }

    private static func perhaps<Value>(_ random: inout SplitMix, _ value: (inout SplitMix) -> Value) -> Value? {
        Bool.random(using: &random) ? value(&random) : nil
    }

    private static func detection(_ random: inout SplitMix) -> ExportedDetection {
        ExportedDetection(
            id: "7/1", sender: text(&random), number: 1, label: text(&random), confidence: perhaps(&random, number),
            latitude: number(&random), longitude: number(&random), height: perhaps(&random, number),
            error: perhaps(&random, number),
            ellipse: perhaps(&random) {
                ErrorEllipse(major: number(&$0), minor: number(&$0), bearing: number(&$0))
            }, doubts: PlaceDoubts(rawValue: Int.random(in: 0...15, using: &random)),
            first: perhaps(&random) { Int.random(in: .min ... .max, using: &$0) },
            last: perhaps(&random) { Int.random(in: .min ... .max, using: &$0) },
            verdict: StationVerdict.allCases.randomElement(using: &random) ?? .none, isGone: Bool.random(using: &random)
        )
    }

    private static func flight(_ random: inout SplitMix) -> ExportedFlight {
        let places = (0..<2).map { _ in
            ExportedFlight.Place(
                latitude: number(&random), longitude: number(&random), height: perhaps(&random, number),
                time: perhaps(&random) { Int.random(in: .min ... .max, using: &$0) }, yaw: number(&random),
                pitch: number(&random))
        }
        return ExportedFlight(sender: text(&random), camera: 0, name: perhaps(&random, text), places: places)
    }

    @Test("of 2000 detections and flights with any names and numbers each document is one", arguments: [UInt64(5)])
    func documents(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        for _ in 0..<1000 {
            let (detection, flight) = (Self.detection(&random), Self.flight(&random))
            for text in [KMLDocument.text([detection]), GPXDocument.text([detection])] {
                Self.check(text, seed)
            }
            for text in [KMLDocument.text([flight]), GPXDocument.text([flight])] { Self.check(text, seed) }
            for text in [GeoJSONDocument.text([detection]), GeoJSONDocument.text([flight])] {
                if (try? JSONReader.read(text, source: "it")) == nil { Issue.record("seed \(seed): \(text)") }
            }
            Self.check(CSVDocument.text([detection]), [detection.sender, detection.label], columns: 16, seed)
            Self.check(CSVDocument.text([flight]), [flight.sender], columns: 8, seed)
        }
    }

    /// What XML 1.0 cannot tell is not in it.
    private static func check(_ document: String, _ seed: UInt64) {
        let isTold = document.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0x9, 0xa, 0x20...0xd7ff, 0xe000...0xfffd, 0x10000...0x10ffff: true
            default: false
            }
        }
        let isRead = (try? XMLReader.read(Array(document.utf8))) != nil
        if !isTold || !isRead { Issue.record("seed \(seed): \(document)") }
    }

    /// Without what documents leave out.
    private static func plain(_ text: String) -> String {
        let kept = text.unicodeScalars.filter { scalar in
            scalar == "\n" || scalar == "\t" || scalar == "\u{2028}" || scalar.value >= 32 && scalar.value < 127
                || scalar.value >= 160 && scalar.value != 0xfffe
        }
        return String(String.UnicodeScalarView(kept))
    }

    /// What a spreadsheet takes for a formula, and what it does not.
    @Test(
        "what spreadsheets run has a quote sign before it, whatever blanks it begins with",
        arguments: [
            ("=1", "'=1"), ("\n=1", "\"'\n=1\""), ("\r\n=1", "\"'\n=1\""), (" =1", "' =1"), ("\t+1", "'\t+1"),
            ("\u{3000}@a", "'\u{3000}@a"), ("\u{200b}=1", "'\u{200b}=1"), ("\u{feff}-a", "'\u{feff}-a"),
            ("\u{0}=1", "'=1"), ("\u{1b}[31m=1", "[31m=1"), ("a\u{0}\u{1b}b", "ab"), ("|a", "'|a"),
            ("\u{ff1d}1", "'\u{ff1d}1"), ("\u{ff0b}1", "'\u{ff0b}1"), ("\u{ff0d}a", "'\u{ff0d}a"),
            ("\u{ff20}a", "'\u{ff20}a"), ("-a", "'-a"), (" -1", "' -1"), ("-1", "-1"), ("a=1", "a=1"), (" a", " a"),
        ])
    func formulas(text: String, field: String) throws {
        let flight = ExportedFlight(
            sender: text, camera: 0, name: "a",
            places: [.init(latitude: 1, longitude: 2, height: nil, time: nil, yaw: 0, pitch: 0)])
        let document = CSVDocument.text([flight])
        #expect(document.hasSuffix("\r\n\(field),a,,1.0,2.0,,0.0,0.0\r\n"), "\(document)")
    }

    /// RFC 4180 by code points, as other programs read it.
    private static func check(_ document: String, _ texts: [String], columns: Int, _ seed: UInt64) {
        var (rows, row, field, isQuoted) = ([[String]](), [String](), String.UnicodeScalarView(), false)
        var rest = Array(document.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"" where isQuoted && rest.first == "\"": if let mark = rest.popFirst() { field.append(mark) }
            case "\"": isQuoted.toggle()
            case "," where !isQuoted, "\r" where !isQuoted && rest.first == "\n":
                row.append(String(field))
                field.removeAll()
                guard scalar == "\r" else { continue }
                rest = rest.dropFirst()
                rows.append(row)
                row = []
            default: field.append(scalar)
            }
        }
        let isWhole = !isQuoted && row.isEmpty && field.isEmpty && rows.allSatisfy { $0.count == columns }
        let fields = rows.dropFirst().flatMap { $0 }
        let told = texts.map(plain).filter { text in
            fields.contains { $0.utf8.elementsEqual(text.utf8) || $0.utf8.elementsEqual(("'" + text).utf8) }
        }
        let formulas = fields.filter { field in
            let shown = field.drop { $0.isWhitespace }.unicodeScalars.drop {
                "\u{200d}\u{feff}".unicodeScalars.contains($0)
            }
            guard let first = shown.first else { return false }
            return "=+@\u{ff1d}".unicodeScalars.contains(first) || first == "-" && Double(field) == nil
        }
        if !isWhole || told.count < texts.count || !formulas.isEmpty { Issue.record("seed \(seed): \(document)") }
    }
}
