#!/bin/bash
# Runs the tests that need a camera or GPIO lines where they are emulated: in a guest with the kernel's test camera (vivid), once as a
# camera whose pictures lie in one piece, for which its driver needs memory in one piece, and once as one with planes of their own, and
# with the drivers of USB cameras and of a USB chip with GPIO lines, for a camera and a chip that the tests play.
#
#   scripts/test-camera.sh [FILTER]
set -euo pipefail
cd "$(dirname "$0")/.."

swift=$(scripts/find-swift.sh)
"$swift" build --build-tests
tests=$("$swift" build --show-bin-path)/aretePackageTests.xctest
exec scripts/camera-guest.sh \
    --module "vivid n_devs=2 node_types=0x1,0x1 multiplanar=1,2 input_types=0x0,0x3 num_inputs=1,1 allocators=1,0 cache_hints=1,0" \
    --module vhci-hcd --module uvcvideo --module uhid --module hid-cp2112 \
    -- "$tests" --testing-library swift-testing --filter "${1:-TestCameraTests|GPIO}"
