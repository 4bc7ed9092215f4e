// Where a sender's camera is, over its link.
import CSealing
import Testing

@testable import Link

@Suite(.enabled(if: arete_sealing_absence() == nil, "needs libcrypto: scripts/setup.sh"))
struct PoseTests {
    private func pose(_ link: LinkSimulation, east: Double, height: Double = 1500) -> CameraPose {
        CameraPose(
            place: EarthPlace(latitude: 46.5, longitude: 8.1 + east / 76_700), altitude: height,
            ellipsoidHeight: height + 50, yaw: -90, pitch: -45, view: 60, seen: link.now)
    }

    /// Poses that come in some minutes of a flight eastwards at 20 m/s, with thirty tracks beside them where `isFull`.
    private func fly(
        _ profile: LinkProfile, minutes: Int, isFull: Bool, isFixed: Bool = false
    ) throws -> (poses: [ReceivedPose], link: LinkSimulation) {
        var area = try #require(Area(around: EarthPlace(latitude: 46.5, longitude: 8.1), ground: 1234))
        var link = try LinkSimulation(
            profile, LinkWeather(bytesPerSecond: profile.bytesPerSecond * 1.1), area: area, seed: 1)
        var poses: [ReceivedPose] = []
        for step in 0..<minutes * 3000 {
            if step % 50 == 0 {
                let now = pose(link, east: Double(link.now) / 50)
                if !isFixed, !area.reaches(now.place) {
                    area = try #require(Area(around: now.place, ground: 1234))
                    link.tell(CameraView(camera: 0, area: area, names: 1, model: 2))
                }
                link.tell(now)
                for id in 0..<(isFull ? 30 : 0) {
                    let box = PictureBox(middleX: 0.5, middleY: 0.5, width: 0.1, height: 0.1)
                    let position = GroundPosition(place: now.place, height: 1300, error: 5)
                    link.see(id, TrackSighting(id: id, objectClass: 0, score: 0.7, box: box, position: position))
                }
            }
            for case .pose(let pose) in try link.step() { poses.append(pose) }
        }
        return (poses, link)
    }

    @Test("a vehicle on its way is told of every five seconds, where it was then, in one area after the other")
    func flight() throws {
        let (poses, link) = try fly(
            LinkProfile(name: "radio", packetBytes: 233, bytesPerSecond: 1000), minutes: 15, isFull: false)
        #expect((150...182).contains(poses.count), "\(poses.count)")
        let errors = poses.map { pose in
            let east = (pose.place.longitude - 8.1) * 76_700
            return abs(east - Double(pose.seen.milliseconds) / 50)
        }
        // Half a metre of the grid, and 0.1 s of the age.
        #expect(errors.allSatisfy { $0 < 4.5 }, "\(errors.max() ?? 0) m")
        let first = try #require(poses.first)
        #expect(first.height == 1500 && first.yaw == 270 && first.pitch == -45 && first.view == 60)
        #expect((poses.last?.place.longitude ?? 0) - 8.1 > 0.2 && link.refused == 0)
    }

    @Test("on a thin link it takes a tenth at most, but comes however much else there is to tell")
    func thin() throws {
        let thin = LinkProfile(name: "thin", packetBytes: 233, carrierBytes: 28, bytesPerSecond: 30)
        let (poses, _) = try fly(thin, minutes: 10, isFull: true, isFixed: true)
        let gaps = zip(poses, poses.dropFirst()).map { $1.seen.milliseconds - $0.seen.milliseconds }
        #expect(poses.count >= 15 && gaps.allSatisfy { $0 > 10_000 }, "\(gaps)")
        let duty = DutyCycle(share: 0.1, packetMilliseconds: 29, byteMilliseconds: 1.47)
        let lora = LinkProfile(name: "lora", packetBytes: 51, bytesPerSecond: 1000, duty: duty)
        let (rare, _) = try fly(lora, minutes: 5, isFull: false, isFixed: true)
        // 60 ms on the air.
        #expect((40...52).contains(rare.count), "\(rare.count)")
    }

    @Test("heights count from what the area counts from, and outside of it nothing is told")
    func heights() throws {
        let area = try #require(Area(around: EarthPlace(latitude: 46.5004, longitude: 8.1), ground: 1234))
        #expect(area.origin.latitude == 46.5 && area.base == 200 && area.datum == .meanSeaLevel)
        let other = try #require(Area(origin: area.origin, base: 200, datum: .ellipsoid))
        let link = try LinkSimulation(
            LinkProfile(name: "x", packetBytes: 233, bytesPerSecond: 100), LinkWeather(bytesPerSecond: 100), area: nil,
            seed: 1)
        var told = pose(link, east: 0)
        #expect(told.record(in: area, at: 0)?.height.metres == 1300)
        #expect(told.record(in: other, at: 0)?.height.metres == 1350)
        told.ellipsoidHeight = nil
        #expect(told.record(in: other, at: 0)?.height.metres == nil)
        #expect(told.record(in: area, at: 60_000) == nil)
        #expect(pose(link, east: 9000).record(in: area, at: 0) == nil)
        #expect(area.reaches(pose(link, east: 5900).place) && !area.reaches(pose(link, east: 6100).place))
        for ground in [.nan, .infinity, 1e300, -1e300] {
            #expect(Area(around: area.origin, ground: ground) == nil)
        }
    }
}
