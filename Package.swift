// swift-tools-version: 6.0
import PackageDescription

let optimizedC: [CSetting] = [.unsafeFlags(["-O3", "-ffp-contract=off", "-Wall", "-Wextra"])]

// A section for each function lets the linker drop those that nobody calls, so that fewer pages are brought in to start. Whether two
// accesses overlap is asked at run time in debug builds, which all tests are; it takes a few per cent of the time that loading takes.
let swiftSections: [SwiftSetting] = [
    .unsafeFlags(
        ["-Xfrontend", "-function-sections", "-enforce-exclusivity=unchecked"], .when(configuration: .release))
]

// With Swift's run-time library inside the program, its calls are direct and nothing looks symbols up while a model is loaded: first
// results of small models come 10 to 14 % sooner. Debug builds and tests share the toolchain's.
let staticRuntime: [LinkerSetting] = [.unsafeFlags(["-static-stdlib"], .when(configuration: .release))]

let package = Package(
    name: "arete",
    products: [
        .library(name: "Arete", targets: ["Arete"]),
        .executable(name: "arete", targets: ["AreteTool"]),
    ],
    targets: [
        // Floor 0: C.
        .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg62-turbo-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "CWebP", pkgConfig: "libwebp", providers: [.apt(["libwebp-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CMicroHTTPD", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
        .systemLibrary(name: "CV4L2"),
        .systemLibrary(name: "CGPIO"),
        .target(name: "CImageCodecs", dependencies: ["CJPEG", "CPNG"], cSettings: optimizedC),
        .target(name: "CKernels", cSettings: optimizedC),
        .target(name: "CPixels", cSettings: optimizedC),
        .target(name: "CCertificates", dependencies: ["CPlatform"], cSettings: optimizedC),
        .target(name: "CCodes", dependencies: ["CPlatform"], cSettings: optimizedC),
        .target(name: "CCurl", dependencies: ["CPlatform"], cSettings: optimizedC),
        .target(name: "CGDAL", dependencies: ["CPlatform"], cSettings: optimizedC),
        .target(name: "CModbus", dependencies: ["CPlatform"], cSettings: optimizedC),
        .target(name: "CMosquitto", dependencies: ["CPlatform"], cSettings: optimizedC),
        .target(name: "COpenBLAS", cSettings: optimizedC),
        .target(name: "CPlatform"),
        .target(name: "CPostgres", dependencies: ["CPlatform"], cSettings: optimizedC),
        .target(name: "CSQLite", dependencies: ["CPlatform"], cSettings: optimizedC),
        .target(name: "CSealing", dependencies: ["CPlatform"], cSettings: optimizedC),
        .target(name: "CSerial", cSettings: optimizedC),
        .target(name: "CStationPage", cSettings: optimizedC + [.headerSearchPath("../Station/Page")]),
        .target(name: "CVideo", cSettings: optimizedC),
        .target(name: "CWebcam", dependencies: ["CPlatform"], cSettings: optimizedC),

        // Floors 1 to 8.
        .target(name: "JSON", swiftSettings: swiftSections),
        .target(name: "Tensors", swiftSettings: swiftSections),
        .target(name: "Graphs", dependencies: ["Tensors"], swiftSettings: swiftSections),
        .target(name: "TFLiteFormat", dependencies: ["Graphs", "Tensors"], swiftSettings: swiftSections),
        .target(name: "ONNXFormat", dependencies: ["Graphs", "Tensors"], swiftSettings: swiftSections),
        .target(
            name: "Engine", dependencies: ["CKernels", "COpenBLAS", "CPlatform", "Graphs", "Tensors"],
            swiftSettings: swiftSections),
        .target(
            name: "Arete", dependencies: ["Engine", "Graphs", "ONNXFormat", "TFLiteFormat", "Tensors"],
            swiftSettings: swiftSections),
        .target(name: "Catalogue", dependencies: ["CCrypto", "JSON", "Tensors"], swiftSettings: swiftSections),
        .target(
            name: "Imaging", dependencies: ["CImageCodecs", "CPixels", "CWebP", "Tensors"], swiftSettings: swiftSections
        ),
        .target(name: "Vision", dependencies: ["CPixels", "Imaging", "JSON", "Tensors"], swiftSettings: swiftSections),
        .target(
            name: "Capture", dependencies: ["CPixels", "CV4L2", "CVideo", "CWebcam", "Imaging", "Threads"],
            swiftSettings: swiftSections),
        .target(
            name: "Evaluation", dependencies: ["Imaging", "JSON", "Tensors", "Vision"], swiftSettings: swiftSections),
        .target(name: "Credentials", swiftSettings: swiftSections),
        .target(name: "Threads", dependencies: ["CPlatform"], swiftSettings: swiftSections),
        .target(name: "Times", swiftSettings: swiftSections),
        .target(name: "Codes", dependencies: ["CCodes", "Imaging"], swiftSettings: swiftSections),
        .target(name: "Database", dependencies: ["CPostgres", "CSQLite", "Credentials"], swiftSettings: swiftSections),
        .target(name: "MAVLink", dependencies: ["CCrypto"], swiftSettings: swiftSections),
        .target(name: "Serial", dependencies: ["CSerial"], swiftSettings: swiftSections),
        .target(
            name: "Link",
            dependencies: [
                "CPlatform", "CSealing", "Credentials", "Database", "JSON", "MAVLink", "MQTT", "Serial", "Tensors",
                "Threads",
            ],
            swiftSettings: swiftSections),
        .target(name: "Terrain", dependencies: ["CGDAL"], swiftSettings: swiftSections),
        .target(name: "Geolocation", dependencies: ["Link", "MAVLink", "Terrain"], swiftSettings: swiftSections),
        .target(
            name: "MQTT", dependencies: ["CMosquitto", "CPlatform", "Credentials", "Threads"],
            swiftSettings: swiftSections),
        .target(name: "Signals", dependencies: ["CGPIO", "CModbus"], swiftSettings: swiftSections),
        .target(
            name: "Certificates", dependencies: ["CCertificates", "Credentials", "Tensors", "Times"],
            swiftSettings: swiftSections),
        .target(
            name: "HTTP",
            dependencies: [
                "CCrypto", "CMicroHTTPD", "CPlatform", "Credentials", "JSON", "Tensors", "Threads", "Times",
            ],
            swiftSettings: swiftSections),
        .target(
            name: "Station",
            dependencies: [
                "CPlatform", "CStationPage", "Database", "Geolocation", "HTTP", "Imaging", "JSON", "Link", "MAVLink",
                "Publishing",
                "TAK",
                "Terrain", "Threads", "Times",
            ],
            exclude: ["Page"], swiftSettings: swiftSections),
        .target(name: "TAK", dependencies: ["Times"], swiftSettings: swiftSections),
        .target(name: "WebClient", dependencies: ["CCurl", "Credentials"], swiftSettings: swiftSections),
        .target(
            name: "Publishing",
            dependencies: [
                "CPlatform", "Credentials", "Database", "Imaging", "JSON", "Link", "MAVLink", "MQTT", "TAK", "Times",
                "WebClient",
            ],
            swiftSettings: swiftSections),
        .target(
            name: "Pipeline",
            dependencies: [
                "Arete", "CPlatform", "Capture", "Catalogue", "Codes", "Credentials", "Database", "Engine",
                "Geolocation",
                "Graphs", "HTTP", "Imaging", "JSON", "Link", "MAVLink", "MQTT", "Publishing", "Signals", "Tensors",
                "Terrain", "Threads", "Times", "Vision", "WebClient",
            ],
            swiftSettings: swiftSections),
        .target(
            name: "Quantizer",
            dependencies: ["Engine", "Evaluation", "Graphs", "Imaging", "JSON", "Tensors", "Vision"],
            swiftSettings: swiftSections),
        .executableTarget(
            name: "AreteTool",
            dependencies: [
                "Arete", "CPlatform", "Capture", "Catalogue", "Certificates", "Codes", "Credentials", "Database",
                "Engine", "Evaluation", "Graphs", "HTTP", "Imaging", "JSON", "Link", "ONNXFormat", "Pipeline",
                "Publishing", "Quantizer", "Station", "Tensors", "Threads", "Times", "Vision",
            ],
            swiftSettings: swiftSections,
            linkerSettings: staticRuntime),
        // What `make run` shows: a drone's flight, drawn.
        .executableTarget(
            name: "SampleFlight", dependencies: ["Evaluation", "Imaging", "JSON", "MAVLink", "Tensors", "Threads"],
            swiftSettings: swiftSections, linkerSettings: staticRuntime),

        // Tests, one target a room.
        .target(name: "CAllocationCounter", path: "Tests/Support/CAllocationCounter"),
        .target(name: "CModbusServer", path: "Tests/Support/CModbusServer"),
        .target(name: "HIDChip", path: "Tests/Support/HIDChip"),
        .target(name: "Peers", path: "Tests/Support/Peers"),
        .target(name: "TestSupport", path: "Tests/Support/TestSupport"),
        .target(name: "USBCamera", path: "Tests/Support/USBCamera"),
        .testTarget(
            name: "AreteToolTests",
            dependencies: [
                "AreteTool", "CSealing", "Capture", "Codes", "Database", "Evaluation", "Graphs", "Imaging", "Peers",
                "Quantizer", "Tensors", "Vision",
            ], exclude: ["Peer"]),
        .testTarget(name: "AreteTests", dependencies: ["Arete"]),
        .testTarget(
            name: "CaptureTests", dependencies: ["CV4L2", "CWebcam", "Capture", "Imaging", "TestSupport", "USBCamera"]),
        .testTarget(name: "CKernelsTests", dependencies: ["CKernels", "TestSupport"]),
        .testTarget(name: "CPixelsTests", dependencies: ["CPixels", "TestSupport"]),
        .testTarget(name: "CatalogueTests", dependencies: ["Catalogue"]),
        .testTarget(name: "CodesTests", dependencies: ["Codes", "Imaging", "TestSupport"]),
        .testTarget(name: "CredentialsTests", dependencies: ["Credentials"]),
        .testTarget(name: "DatabaseTests", dependencies: ["Database", "Peers"]),
        .testTarget(
            name: "EngineTests",
            dependencies: [
                "CAllocationCounter", "CKernels", "CPlatform", "Engine", "Graphs", "ONNXFormat", "Tensors",
            ]),
        .testTarget(
            name: "EvaluationTests", dependencies: ["Evaluation", "Imaging", "JSON", "Vision"],
            exclude: ["Reference"]),
        .testTarget(
            name: "GeolocationTests", dependencies: ["Geolocation", "Link", "MAVLink", "Terrain", "TestSupport"]),
        .testTarget(name: "GraphsTests", dependencies: ["Graphs", "Tensors"]),
        .testTarget(
            name: "HTTPTests", dependencies: ["Certificates", "HTTP", "JSON", "Peers", "Station", "TestSupport"]),
        .testTarget(name: "ImagingTests", dependencies: ["CPixels", "Imaging", "TestSupport"]),
        .testTarget(name: "JSONTests", dependencies: ["JSON"]),
        .testTarget(
            name: "LinkTests",
            dependencies: ["CSealing", "Database", "JSON", "Link", "MAVLink", "Peers", "TestSupport"]),
        .testTarget(name: "MQTTTests", dependencies: ["CMosquitto", "Credentials", "MQTT", "Peers"]),
        .testTarget(name: "MAVLinkTests", dependencies: ["MAVLink", "Peers", "TestSupport"], exclude: ["Peer"]),
        .testTarget(name: "ONNXFormatTests", dependencies: ["ONNXFormat", "Graphs", "Tensors"]),
        .testTarget(
            name: "PipelineTests",
            dependencies: [
                "CModbusServer", "Capture", "Codes", "Geolocation", "Graphs", "HIDChip", "HTTP", "Imaging", "JSON",
                "Link", "MAVLink", "Peers", "Pipeline", "Publishing", "Signals", "Terrain", "Threads", "Tensors",
                "TestSupport", "Vision",
            ]),
        .testTarget(
            name: "PublishingTests",
            dependencies: ["Database", "Imaging", "JSON", "Link", "MAVLink", "Publishing", "TestSupport"]),
        .testTarget(
            name: "QuantizerTests", dependencies: ["Engine", "Graphs", "Imaging", "Quantizer", "Tensors", "Vision"]),
        .testTarget(
            name: "SampleFlightTests", dependencies: ["Geolocation", "Link", "MAVLink", "SampleFlight", "Terrain"]),
        .testTarget(name: "SerialTests", dependencies: ["Peers", "Serial", "TestSupport"], exclude: ["Peer"]),
        .testTarget(name: "SignalsTests", dependencies: ["HIDChip", "Signals"]),
        .testTarget(
            name: "StationTests",
            dependencies: [
                "Database", "Geolocation", "HTTP", "Imaging", "JSON", "Link", "Peers", "Station", "TAK", "Terrain",
                "TestSupport",
            ]),
        .testTarget(name: "TAKTests", dependencies: ["Peers", "TAK", "TestSupport", "Times", "WebClient"]),
        .testTarget(name: "TFLiteFormatTests", dependencies: ["Graphs", "TFLiteFormat", "Tensors"]),
        .testTarget(name: "TensorsTests", dependencies: ["Tensors"]),
        .testTarget(name: "TerrainTests", dependencies: ["CGDAL", "Terrain", "TestSupport"]),
        .testTarget(name: "TimesTests", dependencies: ["TestSupport", "Times"]),
        .testTarget(name: "VisionTests", dependencies: ["Imaging", "JSON", "Tensors", "TestSupport", "Vision"]),
        .testTarget(name: "WebClientTests", dependencies: ["CCurl", "Credentials", "Peers", "WebClient"]),
    ]
)

// `make fuzz` alone builds these: each needs the fuzzer's own `main`. A target is Tests/Fuzz/NAME with one file and the rooms it feeds.
if Context.environment["ARETE_FUZZ"] != nil {
    let fuzzed: [(name: String, rooms: [Target.Dependency])] = [
        ("Annotations", ["Evaluation"]),
        ("Calibration", ["Imaging", "Vision"]),
        ("Exports", ["JSON", "Link", "Station", "TAK"]),
        ("Frames", ["Capture", "CWebcam", "Imaging"]),
        ("Imaging", ["Imaging"]),
        ("Link", ["Link"]),
        ("Operators", ["HTTP", "JSON", "Link", "Station"]),
        ("Pipeline", ["Pipeline"]),
        ("Places", ["Database", "HTTP", "Link"]),
        ("Preset", ["JSON", "Tensors", "Vision"]),
        ("Requests", ["HTTP"]),
        ("Secrets", ["Certificates", "Credentials", "HTTP", "Link"]),
        ("Sightings", ["Vision"]),
        ("Station", ["JSON", "Link", "Station", "TAK", "Terrain"]),
        ("Telemetry", ["Geolocation", "MAVLink", "Publishing"]),
        ("Terrain", ["Terrain"]),
        ("TFLite", ["TFLiteFormat", "Tensors"]),
        ("ONNX", ["ONNXFormat", "Graphs", "Tensors"]),
        ("Weights", ["Engine"]),
        ("Wires", ["MAVLink", "Serial", "TAK"]),
    ]
    package.targets.append(.target(name: "FuzzDriver", path: "Tests/Fuzz/Driver"))
    package.targets += fuzzed.map { fuzz in
        .executableTarget(
            name: "Fuzz\(fuzz.name)", dependencies: ["FuzzDriver"] + fuzz.rooms, path: "Tests/Fuzz/\(fuzz.name)",
            swiftSettings: [.unsafeFlags(["-parse-as-library", "-sanitize=fuzzer,address"])],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address"])])
    }
}

// `make bench-kernels`, `make bench-pixels`, `make bench-watch`, `make bench-tiles` and `make bench-geolocation` alone build these.
if Context.environment["ARETE_BENCH"] != nil {
    package.targets += [
        .executableTarget(
            name: "KernelBench", dependencies: ["CKernels"], path: "Benchmarks/kernels", cSettings: optimizedC,
            linkerSettings: [.linkedLibrary("m")]),
        .executableTarget(
            name: "PixelBench", dependencies: ["CPixels"], path: "Benchmarks/pixels", cSettings: optimizedC,
            linkerSettings: [.linkedLibrary("yuv"), .linkedLibrary("m")]),
        .executableTarget(
            name: "WatchBench", dependencies: ["Evaluation", "Imaging", "Vision"], path: "Benchmarks/watch",
            swiftSettings: [.unsafeFlags(["-parse-as-library"])]),
        .executableTarget(
            name: "GeolocationBench", dependencies: ["Geolocation", "JSON", "Link", "MAVLink", "Terrain"],
            path: "Benchmarks/geolocation", swiftSettings: [.unsafeFlags(["-parse-as-library"])]),
        .executableTarget(
            name: "TileBench", dependencies: ["Evaluation", "Imaging", "Vision"], path: "Benchmarks/tiles",
            exclude: ["mosaic.py"],
            swiftSettings: [.unsafeFlags(["-parse-as-library"])]),
    ]
}
