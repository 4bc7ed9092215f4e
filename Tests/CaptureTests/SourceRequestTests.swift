// What somebody writes becomes the source that is meant, or is refused with what is wrong.
import Imaging
import Testing

@testable import Capture

@Suite struct SourceRequestTests {
    private func refusal(_ text: String, _ settings: SourceSettings = SourceSettings()) -> String {
        do throws(CaptureError) { _ = try SourceRequest(text, settings) } catch { return "\(error)" }
        return ""
    }

    @Test("files and folders are told apart by what is in them")
    func files() throws {
        let folder = try TemporaryFolder()
        let raw = try folder.file("a.raw", [1, 2, 3, 4])
        let jpeg = try folder.file("a.bin", [0xFF, 0xD8, 0xFF, 0xE0])
        let recording = try folder.file("a.frames")
        _ = try RecordingWriter(path: recording, source: "c")
        #expect(try SourceRequest(folder.path, SourceSettings(rate: 5)) == .folder(path: folder.path, rate: 5))
        #expect(try SourceRequest(jpeg, SourceSettings(rate: 5)) == .motionJPEG(path: jpeg, rate: 5))
        #expect(try SourceRequest(raw, SourceSettings(format: "MJPG")) == .motionJPEG(path: raw))
        #expect(try SourceRequest(recording) == .recording(path: recording))
        #expect(try SourceRequest(raw) == .video(path: raw))
        let settings = SourceSettings(format: "GREY", width: 2, height: 1)
        let request = try SourceRequest(raw, settings)
        #expect(request == .raw(RawFileRequest(path: raw, format: "GREY", width: 2, height: 1)))
        #expect(try request.open(pace: .fastest).all().map { $0.bytes } == [[1, 2], [3, 4]])
        #expect(
            refusal(raw, SourceSettings(format: "GREY"))
                == "\(raw): a file of raw frames needs a size beside its format")
        #expect(refusal(raw, SourceSettings(width: 2, height: 1)) == "\(raw): a video file takes no size")
        #expect(refusal(recording, SourceSettings(rate: 2)) == "\(recording): a recording takes no rate")
        #expect(refusal(folder.path, settings) == "\(folder.path): a folder of pictures takes no format")
        #expect(refusal("nowhere/a.mp4") == "nowhere/a.mp4: there is no such file or folder")
    }

    @Test("cameras take all settings, network cameras none; passwords are not told")
    func live() throws {
        let controls = [ControlSetting(name: "gain", value: 4)]
        let settings = SourceSettings(format: "NV12", width: 64, height: 48, rate: 9, controls: controls)
        #expect(
            try SourceRequest("/dev/video7", settings)
                == .camera(
                    CameraRequest(
                        camera: "/dev/video7", format: "NV12", width: 64, height: 48, rate: 9, controls: controls)))
        #expect(try SourceRequest("usb-0000:00:14.0-1") == .camera(CameraRequest(camera: "usb-0000:00:14.0-1")))
        let address = "rtsp://me:secret@10.0.0.1/a@b"
        #expect(try SourceRequest(address) == .stream(address: address))
        #expect(refusal(address, settings) == "rtsp://10.0.0.1/a@b: a network camera takes no format")
        #expect(NetworkStream.shown("rtsp://host:554/x") == "rtsp://host:554/x")
        #expect(try !SourceRequest("synthetic").ends && SourceRequest("synthetic:frames=2").ends)
    }

    @Test("the synthetic camera takes its options in words")
    func synthetic() throws {
        let settings = SourceSettings(format: "MJPG", width: 64, height: 48, rate: 9)
        let text = "synthetic:seed=9,objects=0,frames=50,dark=3-5,cut=7,dark=9-9"
        let faults = [SyntheticFault(.dark, 3..<6), SyntheticFault(.cut, 7..<8), SyntheticFault(.dark, 9..<10)]
        #expect(
            try SourceRequest(text, settings)
                == .synthetic(
                    SyntheticRequest(
                        format: "MJPG", width: 64, height: 48, rate: 9, seed: 9, objects: 0, frames: 50,
                        faults: faults)))
        #expect(try SourceRequest("synthetic") == .synthetic(SyntheticRequest()))
        for word in ["seed=-1", "seed", "dark=5-3", "dark=-1", "dark=1-2-3", "fog=1", "frames=0", "objects=99999999"] {
            #expect(refusal("synthetic:\(word)").hasPrefix("synthetic:\(word): '\(word)' is none of seed=N"), "\(word)")
        }
    }
}
