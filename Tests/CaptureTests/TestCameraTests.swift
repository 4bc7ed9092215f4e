// The tests that need a camera: the kernel's own test camera, in the guest that `make test-camera` starts.
import Glibc
import Testing

/// One camera serves all of them: one after the other.
@Suite(
    .serialized,
    .enabled(if: getenv("ARETE_CAMERA_GUEST") != nil, "needs the kernel's test camera: make test-camera"))
enum TestCameraTests {}
