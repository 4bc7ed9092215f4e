// Feeds the writers of exports: whatever senders call things and wherever those are, each document is one that readers of its kind take.

import FuzzDriver
import JSON
import Link

@testable import Station
@testable import TAK

@main enum ExportsFuzz {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            ExportsFuzz.feed(Array(UnsafeRawBufferPointer(start: data, count: size)))
            return 0
        }
    }

    /// Numbers, and behind them texts with a zero between them.
    private static func feed(_ bytes: [UInt8]) {
        guard bytes.count > 67 else { return }
        let reals = stride(from: 3, to: 67, by: 8).map { place in
            Double(bitPattern: bytes[place..<place + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        }
        let known = bytes[0]
        func real(_ number: Int) -> Double? { known >> number & 1 == 0 ? nil : reals[number] }
        func time(_ number: Int) -> Int? { real(number).map { Int(bitPattern: UInt($0.bitPattern)) } }
        let texts = bytes[67...].split(separator: 0, omittingEmptySubsequences: false).prefix(64)
            .map { String(decoding: $0, as: UTF8.self) }
        let (sender, label, name) = (texts[0], texts.count > 1 ? texts[1] : "", texts.count > 2 ? texts[2] : nil)
        let detection = ExportedDetection(
            id: "\(bytes[1])/\(bytes[2])", sender: sender, number: Int(bytes[2]), label: label, confidence: real(0),
            latitude: reals[1], longitude: reals[2], height: real(3), error: real(4),
            ellipse: real(5).map { ErrorEllipse(major: $0, minor: reals[6], bearing: reals[7]) }, doubts: [],
            first: time(6),
            last: time(7), verdict: StationVerdict.allCases[Int(bytes[1]) % 3], isGone: bytes[2] & 1 == 0)
        let place = ExportedFlight.Place(
            latitude: reals[1], longitude: reals[2], height: real(3), time: time(6), yaw: reals[5], pitch: reals[7])
        let flight = ExportedFlight(sender: sender, camera: Int(bytes[1]), name: name, places: [place, place])
        check(CSVDocument.text([detection]), [sender, label], columns: 16)
        check(CSVDocument.text([flight]), [sender, name ?? "\(bytes[1])"], columns: 8)
        for text in [GeoJSONDocument.text([detection]), GeoJSONDocument.text([flight])] {
            precondition((try? JSONReader.read(text, source: "export")) != nil)
        }
        for text in [KMLDocument.text([detection]), GPXDocument.text([detection])] { check(text, label) }
        for text in [KMLDocument.text([flight]), GPXDocument.text([flight])] { check(text, sender) }
    }

    /// XML 1.0: what may stand in a document, and what was written is read.
    private static func check(_ document: String, _ word: String) {
        for scalar in document.unicodeScalars {
            switch scalar.value {
            case 0x9, 0xa, 0x20...0xd7ff, 0xe000...0xfffd, 0x10000...0x10ffff: break
            default: preconditionFailure("XML cannot tell \(scalar.value)")
            }
        }
        let root: XMLElement
        do throws(TAKError) { root = try XMLReader.read(Array(document.utf8)) } catch {
            preconditionFailure("\(error): \(document)")
        }
        func names(_ element: XMLElement) -> [String] {
            (element.name == "name" ? [element.text] : []) + element.children.flatMap(names)
        }
        let kept = String(String.UnicodeScalarView(word.unicodeScalars.filter { $0.value > 0x20 && $0.value < 0x7f }))
        let told = names(root).joined().unicodeScalars.filter { $0.value > 0x20 && $0.value < 0x7f }
        precondition(kept.isEmpty || String(String.UnicodeScalarView(told)).contains(kept), document)
    }

    /// RFC 4180, with texts as they were given but for control characters, and none that a spreadsheet takes for a formula.
    private static func check(_ document: String, _ texts: [String], columns: Int) {
        let rows = rows(Array(document.unicodeScalars))
        precondition(rows.count > 1 && rows.allSatisfy { $0.count == columns }, document)
        for field in rows[1] {
            guard let first = field.unicodeScalars.first else { continue }
            precondition(!"=+@\t\r".unicodeScalars.contains(first) && (first != "-" || Double(field) != nil), document)
        }
        for text in texts.map({ String(String.UnicodeScalarView($0.unicodeScalars.filter(XMLElement.isWritable))) }) {
            precondition(rows[1].contains { $0.unicodeScalars.elementsEqual(text.unicodeScalars) || $0 == "'" + text })
        }
    }

    private static func rows(_ scalars: [Unicode.Scalar]) -> [[String]] {
        var (rows, row, field, isQuoted, place) = ([[String]](), [String](), String.UnicodeScalarView(), false, 0)
        func next() -> Unicode.Scalar? { place + 1 < scalars.count ? scalars[place + 1] : nil }
        while place < scalars.count {
            let scalar = scalars[place]
            if scalar == "\"", isQuoted, next() == "\"" {
                field.append(scalar)
                place += 1
            } else if scalar == "\"" {
                precondition(isQuoted || field.isEmpty, "a quotation mark within a field")
                isQuoted.toggle()
            } else if !isQuoted, scalar == "," || scalar == "\r" && next() == "\n" {
                row.append(String(field))
                field = String.UnicodeScalarView()
                if scalar == "\r" {
                    (rows, row) = (rows + [row], [])
                    place += 1
                }
            } else {
                precondition(isQuoted || scalar != "\n" && scalar != "\r", "a line that is broken")
                field.append(scalar)
            }
            place += 1
        }
        precondition(!isQuoted && field.isEmpty && row.isEmpty, "an end that is none")
        return rows
    }
}
