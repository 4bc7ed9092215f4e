// Events drawn from a seed.
import TestSupport

@testable import TAK

struct RandomEvents {
    var random: SplitMix

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    mutating func chance() -> Bool { number(0...1) == 1 }

    /// What people write, and what breaks readers.
    mutating func text(_ longest: Int = 24) -> String {
        let letters = Array("abcXYZ 0189_-.<>&\"'/=;:äß€😀\n\t]]>&amp;")
        return String((0..<number(1...longest)).map { _ in letters[number(0...letters.count - 1)] })
    }

    /// In steps that XML keeps.
    mutating func centi(_ range: ClosedRange<Int>) -> Double { Double(number(range)) / 100 }

    mutating func point() -> CoTPoint {
        let latitude = Double(number(-900_000_000...900_000_000)) / 1e7
        let longitude = Double(number(-1_800_000_000...1_800_000_000)) / 1e7
        return CoTPoint(
            latitude: latitude, longitude: longitude, height: chance() ? centi(-50000...900_000) : nil,
            circularError: chance() ? centi(0...50000) : nil, linearError: chance() ? centi(0...50000) : nil)
            ?? .nowhere
    }

    mutating func event() -> CoTEvent {
        let types: [CoTType] = [.unknownGround, .friendlyUnit, .friendlyDrone, .sensorPoint, .spotMarker, .alarm]
        let time = number(1...2_000_000_000_000)
        var event = CoTEvent(
            uid: "u" + text(), type: types[number(0...types.count - 1)], how: chance() ? .machine : .human, time: time,
            start: time - number(0...min(time, 100_000)), stale: time + number(0...1_000_000), point: point())
        if chance() { event.contact = .init(callsign: text(), endpoint: chance() ? "*:-1:stcp" : nil) }
        if chance() { event.track = .init(speed: centi(0...5000), course: centi(0...35999)) }
        if chance() { event.remarks = text(100) }
        for _ in 0..<number(0...2) { event.links.append(.init(uid: text(), type: chance() ? .friendlyUnit : nil)) }
        if chance() {
            event.sensor = .init(
                azimuth: centi(0...35999), elevation: centi(-9000...9000), roll: chance() ? centi(-18000...18000) : nil,
                view: centi(1...18000), verticalView: chance() ? centi(1...18000) : nil, range: centi(0...500_000),
                model: chance() ? text() : nil)
        }
        if number(0...4) == 0 {
            event.image = .init(
                bytes: (0..<number(0...300)).map { _ in UInt8(number(0...255)) }, mediaType: "image/webp",
                width: number(1...64), height: number(1...64))
        }
        if chance() { event.others.append(XMLElement("usericon", [.init("iconsetpath", text())], text: text())) }
        return event
    }
}
