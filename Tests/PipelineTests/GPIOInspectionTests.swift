// A light barrier and a gate on lines of a chip that the kernel's own driver serves, in the guest that `make test-camera` starts.
import Foundation
import HIDChip
import Synchronization
import Testing

@testable import Capture
@testable import Pipeline

@Suite(.enabled(if: getenv("ARETE_CAMERA_GUEST") != nil, "needs the kernel's drivers: make test-camera"))
struct GPIOInspectionTests {
    @Test("each part that breaks the light barrier gets a verdict, and each bad one a pulse")
    func barrier() throws {
        let chip = try HIDChip()
        let folder = try TestFolder()
        let pipeline = try folder.pipeline(
            """
            {"sources": [{"name": "belt", "type": "synthetic", "width": 320, "height": 240, "rate": 10, "watch": false,
                          "frames": "every"}],
             "model": {"file": "\(Repository.model)"},
             "inspection": {"required": [{"name": "never there", "label": "short", "min_score": 1}], "audit": "audit.jsonl",
               "trigger": {"type": "gpio", "chip": "\(chip.device)", "line": 0, "active_low": true, "edge": "rising"},
               "reject": {"type": "gpio", "chip": "\(chip.device)", "line": 1, "pulse_ms": 20, "deadline_ms": 600000}}}
            """)
        chip.pull(0, up: true)
        let alarms = Mutex<[String]>([])
        Thread.detachNewThread {
            // The kernel looks at the line once the pipeline has taken it.
            while chip.timesRead == 0 { usleep(50_000) }
            for isUp in [true, false, true, false] { chip.pull(0, up: isUp) }
            // A frame shows the parts, or a second later they are missed: bad in either case.
            usleep(1_500_000)
            chip.pull(0, up: true)
            pipeline.stop()
        }
        try pipeline.run { report in
            if case .event(let event) = report, case .notice(let notice) = event.kind {
                // An emulated machine may be too slow for the camera.
                if notice.name != "gap" { alarms.withLock { $0.append(notice.text) } }
            }
        }
        let parts = pipeline.figures.sources[0].parts
        #expect(parts.passed == 0 && parts.count == 2 && parts.failed > 0)
        #expect(chip.changes(1) == 4 && chip.level(1) == 0)
        let told = alarms.withLock { $0 }
        #expect(told == [])
        #expect(try folder.lines("audit.jsonl").count == 2)
    }
}
