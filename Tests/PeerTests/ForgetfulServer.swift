import TestSupport
import Testing

/// A server of Python's `ssl` that remembers sessions itself, and as any OpenSSL server forgets the one of a client that
/// vanishes. `s_server` would do, but hangs on a client that is gone.
final class ForgetfulServer: Sendable {
    /// Where it listens, on 127.0.0.1.
    let port: UInt16
    private let child: ChildProcess

    /// Speaks one version, such as "1.2".
    init(_ version: String, certificate: IssuedCertificate) async throws {
        let script = """
            import socket, ssl, sys
            version = ssl.TLSVersion["TLSv1_" + sys.argv[1][2:]]
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.minimum_version = context.maximum_version = version
            context.options |= ssl.OP_NO_TICKET
            context.load_cert_chain(sys.argv[2], sys.argv[3])
            listener = socket.create_server(("127.0.0.1", 0))
            print(listener.getsockname()[1], flush=True)
            while True:
                raw, _ = listener.accept()
                raw.settimeout(20)
                try:
                    with context.wrap_socket(raw, server_side=True, suppress_ragged_eofs=False) as client:
                        while client.recv(4096):
                            pass
                        client.unwrap()
                except OSError:
                    pass
            """
        (child, port) = try await OwnThread.run {
            let child = try ChildProcess(
                InstalledProgram.python3.path(), ["-c", script, version, certificate.chainPath, certificate.keyPath])
            child.wait(seconds: 20) { child.transcript.contains("\n") }
            let port = try #require(
                UInt16(child.transcript.prefix { $0 != "\n" }), "python3 did not start: \(child.transcript)")
            return (child, port)
        }
    }
}
