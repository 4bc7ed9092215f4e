// What several operators see and say at once.
import Database
import Foundation
import Peers
import Synchronization
import Testing

@testable import Station

@Suite struct StationViewTests {
    private final class Sayer: Sendable {
        let hasBegun = Atomic<Bool>(false)
        let hasSaid = Atomic<Bool>(false)
    }

    @Test("who looks does not wait for a verdict that waits for others who write")
    func reading() throws {
        let folder = try TestFolder("view")
        let place = folder.path("store")
        let station = try PairedBox.station(place, [try PairedBox("drone")])
        let view = try StationView(place: place, StationStatus(), nil)
        let other = try StationTables(place: place, isBeside: true).database
        let sayer = Sayer()
        var wasWaiting = false
        try other.transaction { () throws(DatabaseError) in
            Thread.detachNewThread {
                sayer.hasBegun.store(true, ordering: .releasing)
                _ = try? view.say { desk throws(DatabaseError) in try desk.say(.false, of: 1, sender: 1) }
                sayer.hasSaid.store(true, ordering: .releasing)
            }
            _ = waits(10) { sayer.hasBegun.load(ordering: .acquiring) }
            usleep(200_000)
            _ = try view.state()
            wasWaiting = !sayer.hasSaid.load(ordering: .acquiring)
        }
        #expect(wasWaiting)
        #expect(waits(10) { sayer.hasSaid.load(ordering: .acquiring) })
        withExtendedLifetime(station) {}
    }
}
