import Reactor

/// One loop's share of a server: it accepts clients and serves those that it accepted.
struct Worker: Sendable {
    private let server: Server
    private let connections: OpenConnections

    /// How long a process without a free descriptor waits before it tries again.
    private static let breath = Duration.milliseconds(10)

    init(_ server: Server, on loop: EventLoop) {
        self.server = server
        connections = OpenConnections(on: loop)
    }

    private var loop: EventLoop { connections.loop }

    /// Accepts until the server is full or the run is to end, and then lets the connections come to theirs.
    func work(until stop: Stop) async {
        let acceptor = Task(executorPreference: loop) { await accept() }
        let end = Task(executorPreference: loop) {
            // Until it is cancelled: by the stop, or below.
            try? await loop.sleep(until: .never)
            acceptor.cancel()
            if let reason = stop.reason { connections.drain(within: reason.gracePeriod) }
        }
        stop.cancel(end)
        await acceptor.value
        await connections.untilEmpty()
        end.cancel()
        await end.value
    }

    private func accept() async {
        do throws(SystemError) {
            let watch = try server.listener.watch(on: loop)
            while (try? await watch.wait(until: .never)) != nil, await server.admission.admit() {
                // The end may have come while others had to leave first.
                guard !connections.isDraining else { return server.admission.withdraw() }
                let result = watch.accept()
                if case .connection(let descriptor, let peer) = result {
                    serve(descriptor, peer)
                    continue
                }
                server.admission.withdraw()
                switch result {
                case .none, .again, .connection: break
                case .closed: return
                case .exhausted(let error), .failed(let error):
                    server.tellOfExhaustion(error)
                    try? await loop.sleep(until: .after(Self.breath))
                }
            }
        } catch {
            server.tellOfExhaustion(error)
        }
    }

    private func serve(_ descriptor: Int32, _ peer: SocketAddress) {
        let client = ServedConnection(server, number: server.nextNumber(), peer: peer)
        connections.run(client) { await client.serve(descriptor, in: connections) }
    }
}
