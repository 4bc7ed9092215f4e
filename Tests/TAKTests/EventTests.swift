// Events in both forms and back.
import TestSupport
import Testing
import Times

@testable import TAK

@Suite struct EventTests {
    private let time = 1_795_401_601_123

    private var event: CoTEvent {
        let point = CoTPoint(
            latitude: 46.5500001, longitude: -8.1234567, height: 1534.256, circularError: 7.5, linearError: nil)
        var event = CoTEvent(
            uid: "arete.1.17", type: .unknownGround, time: time, stale: time + 60_000, point: point ?? .nowhere)
        event.contact = .init(callsign: "person 17")
        event.track = .init(speed: 1.5, course: 300)
        event.links = [.init(uid: "arete.1", type: .friendlyDrone)]
        event.remarks = "person <0.83> & dog"
        return event
    }

    @Test("an event is the XML that a map client expects")
    func document() {
        #expect(
            event.xml == """
                <?xml version="1.0" encoding="UTF-8" standalone="yes"?><event version="2.0" uid="arete.1.17" \
                type="a-u-G" how="m-g" time="2026-11-23T02:40:01.123Z" start="2026-11-23T02:40:01.123Z" \
                stale="2026-11-23T02:41:01.123Z"><point lat="46.5500001" lon="-8.1234567" hae="1534.26" ce="7.5" \
                le="9999999"/><detail><contact callsign="person 17"/><track speed="1.5" course="300.0"/>\
                <remarks>person &lt;0.83&gt; &amp; dog</remarks><link uid="arete.1" type="a-f-A-M-H-Q" \
                relation="p-p"/></detail></event>
                """)
    }

    @Test("random events come back from both forms as they were", arguments: 1...3)
    func roundTrip(seed: Int) throws {
        var events = RandomEvents(random: SplitMix(state: UInt64(seed)))
        var wrong: [CoTEvent] = []
        for _ in 0..<2000 {
            let event = events.event()
            if try CoTEvent(datagram: Array(event.xml.utf8)) != event { wrong.append(event) }
            if try CoTEvent(datagram: event.meshPacket) != event { wrong.append(event) }
        }
        #expect(wrong.isEmpty, "\(wrong.count): \(wrong.first?.xml ?? "")")
    }

    @Test("control characters and names that are none do not reach the XML, nor do numbers that are none")
    func written() throws {
        var event = event
        event.remarks = "a\u{0}b\u{1b}c\u{7f}\u{fffe}d\r"
        event.others = [
            XMLElement("a b", text: "x"), XMLElement("", text: "y"),
            XMLElement("good", [.init("1x", "z"), .init("x", "\u{2}")]),
        ]
        event.track = .init(speed: .nan, course: .infinity)
        event.sensor = .init(azimuth: 1e300, range: -.infinity)
        let read = try CoTEvent(xml: event.xml.utf8)
        #expect(read.remarks == "abcd" && read.others == [XMLElement("good", [.init("x", "")])])
        #expect(read.track == .init(speed: nil, course: nil))
        #expect(CoTPoint(latitude: .nan, longitude: 0) == nil && CoTPoint(latitude: 90.1, longitude: 0) == nil)
        #expect(CoTPoint(latitude: 1, longitude: 2, height: .nan, circularError: .infinity)?.circularError == nil)
    }

    @Test("a picture is an event of its own that names its parent, and a deletion names what goes")
    func special() throws {
        let image = CoTEvent.Image(bytes: Array(0...255), mediaType: "image/jpeg", width: 32, height: 64)
        var parent = event
        parent.point = CoTPoint(latitude: 46.5, longitude: 8) ?? .nowhere
        let picture = CoTEvent.picture(image, uid: "arete.1.17.p", of: parent, time: time, stale: time + 1000)
        let read = try CoTEvent(xml: picture.xml.utf8)
        #expect(read == picture && read.type.rawValue == "b-i-x-i" && read.image?.bytes == Array(0...255))
        #expect(picture.xml.contains("<image mime=\"image/jpeg\" size=\"256\" width=\"32\" height=\"64\">AAECAwQF"))
        let deletion = CoTEvent.deletion(of: "arete.1.17", type: .unknownGround, uid: "d", time: time)
        #expect(deletion.xml.contains("<link uid=\"arete.1.17\" type=\"a-u-G\" relation=\"p-p\"/><__forcedelete/>"))
        #expect(try CoTEvent(datagram: deletion.meshPacket) == deletion)
    }

    @Test("base64 is that of RFC 4648, and other text is none")
    func base64() {
        for (plain, text) in [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy"),
        ] { #expect(Base64.text(Array(plain.utf8)) == text && Base64.bytes(text) == Array(plain.utf8)) }
        #expect(Base64.bytes(" Zm9v\nYg = =") == Array("foob".utf8))
        for text in ["Z", "Zg", "Zg=", "Zg===", "Z=g=", "Zm9v!", "====", "Zm9vYg==Zg=="] {
            #expect(Base64.bytes(text) == nil, "\(text)")
        }
    }

    @Test(
        "what is no event is one clear line",
        arguments: [
            ("<event/>", "no uid or no type"), ("<x/>", "<x> is no event"), ("", "holds no element"),
            ("<event uid='a' type='b' time='x' start='y' stale='z'/>", "time, start or stale"),
            ("<!DOCTYPE x [<!ENTITY a 'b'>]><event/>", "document type"), ("<event>&lol;</event>", "none of the five"),
            ("<event>&#0;</event>", "none of the five"), ("<event a='1' a='2'/>", "twice"), ("<event", "not closed"),
            ("<event><a></event></a>", "not open there"), ("<event>", "ends inside <event>"), ("hello", "outside"),
            ("<event/><event/>", "more than one event"), ("<event a=b/>", "without quotes"),
            ("<event a/>", "without a value"),
            ("<event a='<'/>", "'<' in an attribute"), ("<1/>", "a name that is none"),
            ("<event><!-- x", "inside a comment"),
        ])
    func unreadable(text: String, reason: String) {
        do throws(TAKError) {
            _ = try CoTEvent(xml: text.utf8)
            Issue.record("\(text) was read")
        } catch {
            #expect("\(error)".contains(reason), "\(text): \(error)")
            #expect(!"\(error)".contains("\n"))
        }
    }

    @Test("what is deeper, wider or longer than any event is refused early")
    func bounded() {
        let deep = String(repeating: "<a>", count: 100_000)
        let wide = "<e>" + String(repeating: "<a/>", count: 100_000) + "</e>"
        let attributes = "<e " + (0..<1000).map { "a\($0)='' " }.joined() + "/>"
        let name = "<" + String(repeating: "n", count: 100_000) + "/>"
        for (text, word) in [
            (deep, "too deeply"), (wide, "too many elements"), (attributes, "too many attributes"), (name, "name"),
        ] {
            #expect { try CoTEvent(xml: text.utf8) } throws: { "\($0)".contains(word) }
        }
    }

    @Test("mutated events never trap either reader, and what is read can be written", arguments: 1...4)
    func mutated(seed: Int) {
        var events = RandomEvents(random: SplitMix(state: UInt64(seed) &+ 1000))
        var read = 0
        for _ in 0..<2500 {
            let event = events.event()
            let originals = [Array(event.xml.utf8), event.meshPacket]
            for turn in 0..<20 {
                var bytes = originals[turn % 2]
                for _ in 0..<events.number(1...4) {
                    let place = events.number(0...bytes.count - 1)
                    switch events.number(0...3) {
                    case 0: bytes[place] = UInt8(events.number(0...255))
                    case 1: bytes.remove(at: place)
                    case 2: bytes.insert(UInt8(events.number(0...255)), at: place)
                    default: bytes.removeSubrange(place..<min(place + events.number(1...50), bytes.count))
                    }
                    if bytes.isEmpty { bytes = [0xbf] }
                }
                guard let found = try? CoTEvent(datagram: bytes) else { continue }
                read += 1
                if (try? CoTEvent(datagram: Array(found.xml.utf8))) == nil { Issue.record("seed \(seed): \(found)") }
            }
        }
        #expect(read > 1000, "seed \(seed)")
    }
}
