import Foundation
import Glibc

/// The packets of a TCP port on the loopback interface, and what they say to somebody who has the keys.
///
/// To capture takes root, or the capabilities that Debian's wireshark-common can give to dumpcap.
public final class PacketCapture: Sendable {
    private let port: UInt16
    private let file: String
    private let child: ChildProcess

    // A user's own preferences would change what tshark prints.
    private static let environment = ["WIRESHARK_CONFIG_DIR": TemporaryFolder.path("wireshark"), "LC_ALL": "C"]

    /// It holds less than a test needs, or cannot be read.
    public struct Failure: Error, CustomStringConvertible {
        /// A sentence for people.
        public let description: String
    }

    /// One of the two ends of a connection.
    public enum End: Sendable {
        /// The end that connected.
        case client
        /// The end with the captured port.
        case server
    }

    /// The decrypted application data of one connection.
    public struct Conversation: Sendable {
        /// What the client said.
        public let client: String
        /// What the server said.
        public let server: String
    }

    /// Starts to capture; what is sent from now on is in it.
    public init(port: UInt16) async throws {
        let file = TemporaryFolder.path(UUID().uuidString + ".pcapng")
        (self.port, self.file) = (port, file)
        child = try await OwnThread.run {
            let child = try ChildProcess(
                InstalledProgram.tshark.path(),
                // Printed packets are in the file already. The duration is for a run of the tests that was killed.
                ["-i", "lo", "-f", "tcp port \(port)", "-w", file, "-a", "duration:600", "-P", "-l", "-T", "fields"]
                    + ["tcp.stream", "tcp.srcport", "tcp.flags"].flatMap { ["-e", $0] },
                environment: ProcessInfo.processInfo.environment.merging(Self.environment) { $1 })
            // It says "Capturing on" before it has tried to; the file is made after that.
            let isReady = { FileManager.default.fileExists(atPath: file) }
            // A machine that compiles besides makes it slow.
            child.wait(seconds: 60, until: isReady)
            guard child.ending == nil, isReady() else { throw Self.objection(child.transcript) }
            return child
        }
    }

    deinit {
        // Killed, it would leave dumpcap behind, which only it can stop.
        let child = child
        child.signal(SIGINT)
        OwnThread.start { child.wait(seconds: 10) }
    }

    /// Waits until so many connections have ended and all their packets are in the file, and stops.
    ///
    /// The methods that decrypt do so themselves, for one connection.
    public func finish(connections: Int = 1) async throws {
        let child = child
        try await OwnThread.run {
            let isComplete = { Self.endedConnections(in: child.output) >= connections }
            child.wait(seconds: 20, until: isComplete)
            guard isComplete() else {
                throw Failure(description: "fewer than \(connections) captured connections ended: \(child.transcript)")
            }
            child.signal(SIGINT)
            child.wait(seconds: 20)
            guard child.ending?.status == 0 else {
                throw Failure(description: "tshark did not end well: \(child.transcript)")
            }
        }
    }

    /// Decrypts with a key log file: the fields, separated by tabs, of each packet that the display filter matches.
    public func decrypted(with keyLog: String, fields: [String], filter: String) async throws -> [String] {
        try await read(keyLog, ["-Y", filter, "-T", "fields"] + fields.flatMap { ["-e", $0] })
    }

    /// The numbers of all handshake messages in their order, of both ends or of one.
    public func handshakeTypes(keyLog: String, from end: End? = nil) async throws -> [Int] {
        let direction =
            switch end {
            case .client: " && tcp.dstport == \(port)"
            case .server: " && tcp.srcport == \(port)"
            case nil: ""
            }
        let filter = "tls.handshake.type" + direction
        let lines = try await decrypted(with: keyLog, fields: ["tls.handshake.type"], filter: filter)
        // One packet may hold several.
        return lines.flatMap { $0.split(separator: ",").compactMap { Int($0) } }
    }

    /// What both ends of a connection said, counted from 0.
    public func follow(keyLog: String, connection: Int = 0) async throws -> Conversation {
        let lines = try await read(keyLog, ["-q", "-z", "follow,tls,raw,\(connection)"])
        // Node 0: 127.0.0.1:4433, and one line per record in hexadecimal digits, those of node 1 after a tab. Which
        // end is node 0 depends on who is first to say something; the other one's address may be missing.
        guard let first = lines.first(where: { $0.hasPrefix("Node 0: ") }),
            let second = lines.firstIndex(where: { $0.hasPrefix("Node 1: ") })
        else { throw Failure(description: "tshark follows nothing: \(lines)") }
        let isServerFirst = first.hasSuffix(":\(port)")
        var (client, server) = ([UInt8](), [UInt8]())
        for line in lines[(second + 1)...] where !line.hasPrefix("=") {
            let bytes = try Self.bytes(line.drop { $0 == "\t" })
            if line.hasPrefix("\t") == isServerFirst { client += bytes } else { server += bytes }
        }
        return Conversation(
            client: String(decoding: client, as: UTF8.self), server: String(decoding: server, as: UTF8.self))
    }

    private func read(_ keyLog: String, _ arguments: [String]) async throws -> [String] {
        try await finish()
        // Without it tshark would just decrypt nothing.
        guard FileManager.default.isReadableFile(atPath: keyLog) else {
            throw Failure(description: "no key log at \(keyLog)")
        }
        let run = try await InstalledProgram.tshark.run(
            ["-r", file, "-o", "tls.keylog_file:\(keyLog)", "-d", "tcp.port==\(port),tls"] + arguments,
            environment: Self.environment)
        guard run.status == 0 else { throw Failure(description: "tshark does not read \(file): \(run)") }
        return run.output.split(separator: "\n").map(String.init)
    }

    private static func objection(_ transcript: String) -> MissingProgram {
        guard transcript.contains("ermission") else { return MissingProgram("tshark did not start: \(transcript)") }
        return MissingProgram(
            "capturing on lo is not permitted: run the tests as root, or let dpkg-reconfigure wireshark-common give "
                + "dumpcap cap_net_raw and cap_net_admin and join the group wireshark: \(transcript)")
    }

    /// Nothing follows a reset, nor what both ends said to be their last.
    private static func endedConnections(in output: [UInt8]) -> Int {
        var closedBy: [Substring: Set<Substring>] = [:]
        var ended: Set<Substring> = []
        // The last line may not be whole.
        for line in String(decoding: output, as: UTF8.self).split(separator: "\n").dropLast(output.last == 10 ? 0 : 1) {
            let fields = line.split(separator: "\t")
            guard fields.count == 3, let flags = Int(fields[2].dropFirst(2), radix: 16) else { continue }
            let (isLast, isReset) = (flags & 0x01 != 0, flags & 0x04 != 0)
            if isLast { closedBy[fields[0], default: []].insert(fields[1]) }
            if isReset || closedBy[fields[0]]?.count == 2 { ended.insert(fields[0]) }
        }
        return ended.count
    }

    private static func bytes(_ digits: Substring) throws -> [UInt8] {
        var (bytes, rest) = ([UInt8](), digits)
        while !rest.isEmpty {
            guard rest.count >= 2, let byte = UInt8(rest.prefix(2), radix: 16) else {
                throw Failure(description: "tshark wrote no hexadecimal digits: \(digits)")
            }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}
