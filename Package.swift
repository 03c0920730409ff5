// swift-tools-version: 6.0
import PackageDescription

/// A warning in our own code is a mistake; dependencies are built as their authors ship them.
let strict: [SwiftSetting] = [.unsafeFlags(["-warnings-as-errors"])]

let package = Package(
    name: "sslprobe",
    products: [
        .executable(name: "sslprobe", targets: ["sslprobe"]),
        .library(name: "OpenSSL", targets: ["OpenSSL"]),
    ],
    dependencies: [
        // Exact: the completion scripts are recorded byte for byte.
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
    ],
    targets: [
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        .systemLibrary(name: "CPlatform"),
        .target(name: "OpenSSL", dependencies: ["COpenSSL"], exclude: ["README.md"], swiftSettings: strict),
        .target(name: "Reactor", dependencies: ["CPlatform"], swiftSettings: strict),
        .target(name: "ProbeKit", dependencies: ["OpenSSL", "Reactor"], swiftSettings: strict),
        .executableTarget(
            name: "sslprobe",
            dependencies: ["ProbeKit", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: strict),
        .target(name: "TestSupport", dependencies: ["OpenSSL"], path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(name: "OpenSSLTests", dependencies: ["OpenSSL", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "ReactorTests", dependencies: ["Reactor", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "ProbeKitTests", dependencies: ["OpenSSL", "ProbeKit", "Reactor", "TestSupport"],
            swiftSettings: strict),
        .testTarget(name: "PeerTests", dependencies: ["TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "CommandTests", dependencies: ["sslprobe", "ProbeKit", "TestSupport"], swiftSettings: strict),
    ]
)
