import Foundation
import TestSupport
import Testing

/// `--all-addresses`: the same question everywhere, and what is not the same.
@Suite struct AddressSweepTests {
    /// Runs the program where `many.example` has these addresses, which a library in front of glibc's resolver says.
    private func probe(_ addresses: [String], _ port: UInt16, _ arguments: String...) async throws -> (Int32, JSON) {
        let hosts = try TemporaryFolder.write(Array(addresses.map { "\($0) many.example\n" }.joined().utf8))
        let run = try await Program.run(
            ["connect", "many.example:\(port)", "--all-addresses", "-k", "--json"] + arguments,
            environment: ["LD_PRELOAD": "libnss_wrapper.so", "NSS_WRAPPER_HOSTS": hosts])
        try #require(!run.errors.contains("cannot be preloaded"), "install the Debian package libnss-wrapper")
        return (run.status, try JSON(parsing: Array(run.output.utf8)))
    }

    private func listeners(_ addresses: [String]) async throws -> [(child: ChildProcess, port: UInt16)] {
        var all: [(child: ChildProcess, port: UInt16)] = []
        for address in addresses {
            let ready = newPath()
            let place = "\(address):\(all.first?.port ?? 0)"
            let child = try await OwnThread.run {
                let child = try ChildProcess(
                    Program.path, ["serve", "--listen", place, "--ready-file", ready])
                child.wait(seconds: 20) { FileManager.default.fileExists(atPath: ready) }
                return child
            }
            let text = try content(of: ready).split(separator: "\n").first
            all.append((child, try #require(text?.split(separator: ":").last.flatMap { UInt16($0) })))
        }
        return all
    }

    @Test func namesWhatDiffers() async throws {
        let servers = try await listeners(["127.0.0.1", "127.0.0.2"])
        let (status, report) = try await probe(["127.0.0.1", "127.0.0.2"], servers[0].port)
        #expect(status == 0 && report["ok"] == true)
        let addresses = try #require(report["addresses"]).elements
        #expect(addresses.map { $0["address"] } == ["127.0.0.1", "127.0.0.2"])
        #expect(addresses.allSatisfy { $0["outcome"] == "connected" && $0["tls_version"] == "TLSv1.3" })
        #expect(Set(addresses.map { $0["leaf_sha256"] }).count == 2)
        #expect(report["differs"] == ["certificates[*].sha256"])
        _ = servers.count
    }

    @Test func nothingDiffersAtOneServer() async throws {
        let servers = try await listeners(["0.0.0.0"])
        let (status, report) = try await probe(["127.0.0.1", "127.0.0.2", "127.0.0.3"], servers[0].port)
        #expect(status == 0 && report["differs"] == [])
        let addresses = try #require(report["addresses"]).elements
        #expect(addresses.map { $0["address"] } == ["127.0.0.1", "127.0.0.2", "127.0.0.3"])
        #expect(Set(addresses.map { $0["leaf_sha256"] }).count == 1)
    }

    @Test func theGravestAddressDecides() async throws {
        let servers = try await listeners(["127.0.0.1"])
        let (status, report) = try await probe(["127.0.0.1", "127.0.0.2"], servers[0].port)
        #expect(status == 4 && report["exit_code"] == 4 && report["error.code"] == "refused")
        let addresses = try #require(report["addresses"]).elements
        #expect(addresses.map { $0["outcome"] } == ["connected", "failed"])
        let differs = try #require(report["differs"]).elements
        #expect(differs.first == "outcome" && differs.contains("certificates[*].sha256"))
    }

    @Test func oneAddressDiffersFromNothing() async throws {
        let server = try await serveResumable()
        let report = try await connect(server.port, "--all-addresses").report(ending: 0)
        #expect(report["addresses"]?.elements.map { $0["address"] } == ["127.0.0.1"])
        #expect(report["differs"] == [])
        let plain = try await connect(server.port).report(ending: 0)
        #expect(plain["differs"] == [])
    }
}
