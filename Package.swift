// swift-tools-version: 6.0
import PackageDescription

let optimizedC: [CSetting] = [.unsafeFlags(["-O3", "-ffp-contract=off", "-Wall", "-Wextra"])]

let package = Package(
    name: "arete",
    products: [
        .library(name: "Tensors", targets: ["Tensors"])
    ],
    targets: [
        .target(name: "CKernels", cSettings: optimizedC),
        .target(name: "Tensors"),
        .testTarget(name: "TensorsTests", dependencies: ["Tensors"]),
    ]
)
