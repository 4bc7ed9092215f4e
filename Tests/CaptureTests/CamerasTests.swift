import Glibc
import Testing

@testable import Capture

@Suite struct FourCCTests {
    @Test("names read as v4l2-ctl writes them")
    func names() {
        #expect(FourCC(code: 0x5659_5559).description == "YUYV")
        #expect(FourCC("Y16").code == 0x2036_3159)
        #expect(FourCC("Y16").description == "Y16")
        #expect(FourCC(code: FourCC("Y16").code | 1 << 31).description == "Y16-BE")
        #expect(FourCC(code: 1).description == "????")
    }
}

@Suite struct CamerasTests {
    private func refusal(_ path: String) -> String {
        do throws(CaptureError) {
            _ = try Cameras.describe(path)
            return "accepted"
        } catch { return "\(error)" }
    }

    @Test("what is no camera is refused in words that say what to do")
    func refusals() {
        #expect(
            refusal("/dev/video987")
                == "/dev/video987: there is no such device; 'arete cameras' lists those that are there")
        #expect(refusal("/dev/null") == "/dev/null: no camera: it does not speak V4L2")
        #expect(refusal("/etc/hostname").hasPrefix("/etc/hostname: no camera: not a device"))
        #expect(refusal("/") == "/: open: Is a directory")
    }

    @Test("a folder without nodes has no cameras")
    func none() {
        let found = Cameras.all(folder: "/proc")
        #expect(found.cameras.isEmpty && found.silent.isEmpty)
    }

    @Test("system calls that fail are told in the words of the person who must act")
    func errors() {
        #expect(CaptureError.of("c", "open", EACCES) == .noPermission("c"))
        #expect(CaptureError.of("c", "open", EBUSY) == .busy("c"))
        #expect(CaptureError.of("c", "VIDIOC_DQBUF", ENODEV) == .gone("c"))
        #expect("\(CaptureError.of("c", "VIDIOC_QBUF", EIO))" == "c: VIDIOC_QBUF: Input/output error")
    }
}
