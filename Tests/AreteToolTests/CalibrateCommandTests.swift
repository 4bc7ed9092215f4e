// arete calibrate as a program: a lens from a folder of pictures, a plane, a mounting, and what it says when it cannot.
import Foundation
import Imaging
import Testing

@testable import AreteTool
@testable import Capture
@testable import Vision

@Suite struct CalibrateCommandTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("calibrate-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    /// Runs the program in the folder.
    private func run(_ line: String) throws -> ProgramRun {
        try ProgramRun("\"$arete\" calibrate \(line)", in: folder)
    }

    private func write(_ text: String, _ name: String) throws {
        try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }

    /// A picture of 4 x 3 inner corners, seen by a camera without distortion and 200 pixels of focal length, at (80,
    /// 60) its middle.
    private func picture(_ turn: SIMD3<Double>, depth: Double = 200) throws -> Image {
        let rotation = Rotation(turn)
        let shift = SIMD3(0, 0, depth) - rotation.applied(to: SIMD3(37.5, 25, 0))
        let (r, lens) = (rotation.rows, Lens(fx: 200, fy: 200, cx: 80, cy: 60))
        let camera = Homography(SIMD3(lens.fx, 0, lens.cx), SIMD3(0, lens.fy, lens.cy), SIMD3(0, 0, 1))
        let plane = Homography(
            SIMD3(r[0].x, r[0].y, shift.x), SIMD3(r[1].x, r[1].y, shift.y), SIMD3(r[2].x, r[2].y, shift.z))
        let back = try #require(camera.following(plane).inverse)
        var bytes: [UInt8] = []
        for y in 0..<120 {
            for x in 0..<160 {
                // Means of 2 x 2 places.
                var sum = 0
                for part in 0..<4 {
                    let pixel = SIMD2(Double(x) + Double(part % 2) / 2 - 0.25, Double(y) + Double(part / 2) / 2 - 0.25)
                    let place = back.applied(to: pixel) / 25
                    let isBoard = place.x > -1 && place.y > -1 && place.x < 4 && place.y < 3
                    let isDark = (Int(place.x.rounded(.down)) + Int(place.y.rounded(.down))).isMultiple(of: 2)
                    sum += isBoard && isDark ? 30 : 200
                }
                bytes.append(UInt8(sum / 4))
            }
        }
        return try Image(width: 160, height: 120, format: .grey, bytes: bytes)
    }

    /// Eight views in the folder `views`.
    private func writeViews() throws {
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("views"), withIntermediateDirectories: true)
        let turns: [SIMD3<Double>] = [
            SIMD3(0.5, 0, 0), SIMD3(-0.5, 0, 0.1), SIMD3(0, 0.5, 0), SIMD3(0, -0.5, -0.1), SIMD3(0.4, 0.4, 0),
            SIMD3(-0.4, 0.4, 0), SIMD3(0.4, -0.4, 0.2), SIMD3(0, 0, 0),
        ]
        for (index, turn) in turns.enumerated() {
            try picture(turn).write(path: folder.appendingPathComponent("views/\(index).png").path)
        }
    }

    @Test("a lens, a plane through it and a mounting, from files to files")
    func chain() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try writeViews()
        let lens = try run("views --board 4x3 -o camera.json --json")
        #expect(lens.status == 0 && lens.output.hasPrefix("{\"file\": \"camera.json\""), "\(lens)")
        let camera = try CameraCalibration.read(folder.appendingPathComponent("camera.json").path)
        // Eight small pictures of twelve corners: no better than a few per cent.
        #expect(camera.views == 8 && abs(camera.lens.fx / 200 - 1) < 0.05 && camera.rms < 0.2, "\(camera)")
        #expect(lens.error.contains("arete: 8 views are few: take 10 or more\n"), "\(lens.error)")

        let plane = try run("views --board 4x3 --plane --frames 1 --lens camera.json -o belt.json")
        #expect(plane.status == 0 && plane.output.hasPrefix("belt.json: "), "\(plane)")
        let belt = try PlaneCalibration.read(folder.appendingPathComponent("belt.json").path)
        #expect(belt.lens == camera.lens && belt.rms < 0.5)
        let moved = try run("views --board 4x3 --plane -o moved.json")
        #expect(moved.status == 1)
        #expect(moved.error == "arete: the board moved between the pictures: let it lie still on the plane\n")

        try write("80,60,0,-5\n120,60,11.3,-5\n80,90,0,-13.5\n", "sun.csv")
        let mounting = try run("--boresight sun.csv --lens camera.json -o camera.json")
        #expect(mounting.status == 0 && mounting.output.contains("  pitch  -"), "\(mounting)")
        let mounted = try CameraCalibration.read(folder.appendingPathComponent("camera.json").path)
        #expect(mounted.boresight?.observations == 3 && mounted.lens == camera.lens)
    }

    @Test("a board to print has all its squares")
    func board() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let result = try run("--print board.svg --board 9x6 --square 20")
        #expect(result.status == 0 && result.output.hasPrefix("board.svg: print at 100 %"), "\(result)")
        let svg = try String(contentsOf: folder.appendingPathComponent("board.svg"), encoding: .utf8)
        #expect(svg.contains("width=\"240.0mm\" height=\"180.0mm\""), "\(svg.prefix(200))")
        #expect(svg.components(separatedBy: "h20.0v20.0h-20.0z").count - 1 == 35)
    }

    @Test("pictures without the board are told")
    func nothing() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let result = try run("synthetic:frames=3 --size 320x240 -o camera.json")
        #expect(result.status == 1)
        #expect(
            result.error.hasSuffix(
                " no board of 9x6 inner corners in 3 pictures: all of it must be seen, with white around;"
                    + " --board tells other sizes\n"
            ), "\(result)")
        #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("camera.json").path))
    }

    /// A recording of pictures, a thirtieth of a second apart.
    private func record(_ pictures: [Image], _ name: String) throws {
        let writer = try RecordingWriter(path: folder.appendingPathComponent(name).path, source: "Test camera")
        for (index, picture) in pictures.enumerated() {
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: picture.bytes.count, alignment: 8)
            memory.copyBytes(from: picture.bytes)
            let address = UInt(bitPattern: memory.baseAddress)
            let format = FrameFormat(
                format: "GREY", width: picture.width, height: picture.height, strides: [picture.width])
            try writer.write(
                Frame(
                    format: format, planes: [UnsafeRawBufferPointer(memory)], sequence: UInt32(index),
                    time: UInt64(index) * 33_333_333, isDamaged: false
                ) { UnsafeMutableRawPointer(bitPattern: address)?.deallocate() })
        }
    }

    @Test("a board that never held still is told, and one that did at last gives the plane")
    func moving() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let moving = try (0..<6).map { try picture(SIMD3(0, 0, Double($0) * 0.12)) }
        try record(moving, "moving.frames")
        for kind in ["", "--plane "] {
            let result = try run("moving.frames --board 4x3 \(kind)-o x.json")
            #expect(result.status == 1)
            #expect(
                result.error.contains("the board was seen in 6 of 6 pictures, and never held still: hold it still"),
                "\(result)")
            #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("x.json").path))
        }
        // Seen once, it may have moved then.
        try record(
            [moving[0], try Image(width: moving[0].width, height: moving[0].height, format: .grey)], "once.frames")
        let once = try run("once.frames --board 4x3 --plane -o x.json")
        #expect(once.error.contains("the board was seen in 1 of 2 pictures, and never held still"), "\(once)")
        let still = try picture(SIMD3(0.3, 0, 0))
        try record(moving + [still, still, still], "still.frames")
        let plane = try run("still.frames --board 4x3 --plane -o x.json")
        #expect(plane.status == 0 && plane.output.contains("from 3 pictures"), "\(plane)")
        let lens = try run("still.frames --board 4x3 -o y.json")
        #expect(
            lens.status == 1 && lens.error.contains("and held still in 1 of the 3 places that are needed"), "\(lens)")
    }

    @Test(
        "wrong usage is told",
        arguments: [
            ("views", 2, "'calibrate' needs -o FILE; see 'arete calibrate --help'"),
            ("-o x", 2, "'calibrate' needs a SOURCE; see 'arete calibrate --help'"),
            ("views -o x --board 9", 2, "--board takes inner corners such as 9x6, 3 to 50 a side, not '9'"),
            ("views -o x --board 2x6", 2, "--board takes inner corners such as 9x6, 3 to 50 a side, not '2x6'"),
            ("views -o x --square 0", 2, "--square must be a number from 0.1 to 10000.0, not '0'"),
            ("views -o x --lens l.json", 2, "--lens is for --plane and --boresight; see 'arete calibrate --help'"),
            ("--boresight s.csv -o x", 2, "--boresight takes no SOURCE and needs --lens; see 'arete calibrate --help'"),
            ("--boresight s.csv --lens none.json -o x", 1, "none.json: No such file or directory"),
            ("--print board.pdf", 2, "--print writes SVG: its file ends in .svg, not 'board.pdf'"),
        ])
    func refusals(words: String, status: Int32, error: String) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let result = try run(words)
        #expect(result.status == status && result.error == "arete: \(error)\n", "\(result)")
    }
}
