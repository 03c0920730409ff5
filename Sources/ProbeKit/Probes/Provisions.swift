import OpenSSL
import Reactor

/// What the user brought along, read before the network is touched.
struct Provisions {
    /// What `--send` or `--http` sends.
    private(set) var request: Request.Pieces
    /// `--early-data`.
    let earlyData: [UInt8]?
    /// `--load-session`.
    private(set) var session: SavedSession?
    /// Why there is one that is not offered.
    private(set) var obstacle: OfferObstacle?
    let keyLog: KeyLog?
    /// What is remarkable about it; one line each on stderr.
    private(set) var notes: [String] = []

    init(for plan: ProbePlan) throws(Ending) {
        request = Request.Pieces(try Request.bytes(of: plan))
        earlyData = try Self.earlyData(of: plan)
        session = try plan.client.capture.loadSession.map(Self.load)
        keyLog = try KeyLog.open(plan.client.capture)
    }

    /// The same for one of the targets: its name is in a HEAD request, and a session may not be for it.
    func adapted(to plan: ProbePlan) -> Provisions {
        var provisions = self
        if plan.client.data.httpPath != nil, let request = try? Request.bytes(of: plan) {
            provisions.request = Request.Pieces(request)
        }
        provisions.checkSession(plan)
        return provisions
    }

    private static func earlyData(of plan: ProbePlan) throws(Ending) -> [UInt8]? {
        guard case .resume(let question) = plan.question else { return nil }
        switch question.earlyData {
        case .bytes(let bytes): return bytes
        case .file(let path):
            let bytes = try LocalFile.read(path, option: "--early-data", limit: 1 << 20)
            guard !bytes.isEmpty else {
                throw Ending(.local, Failure(.local, .fileUnreadable, "--early-data: \(path) is empty"))
            }
            return bytes
        case .standardInput, nil: return nil
        }
    }

    private static func load(_ path: String) throws(Ending) -> SavedSession {
        let bytes = try LocalFile.read(path, option: "--load-session", limit: SavedSession.largestFile)
        do throws(OpenSSLError) {
            return try SavedSession(parsing: bytes)
        } catch {
            throw Ending(
                .local,
                Failure(
                    .local, .fileUnreadable, "--load-session: \(path) holds no session in PEM or DER",
                    hint: "connect --save-session writes one, and so does openssl s_client -sess_out",
                    openssl: error.entries))
        }
    }

    /// A session is for the name that it was made with, and of no use when that server was not to be trusted.
    private mutating func checkSession(_ plan: ProbePlan) {
        guard let session else { return }
        if !plan.question.isResume, let versions = plan.client.offer.versions,
            let version = try? session.session().version, let name = TLSOffer.Version(version),
            !versions.contains(name)
        {
            notes.append("--load-session: the session is of \(version.name), which --tls leaves out: it is not offered")
            obstacle = .otherVersion
            self.session = nil
            return
        }
        guard let origin = session.origin else {
            notes.append("--load-session: the file does not say where its session is from; it is offered")
            return
        }
        guard !plan.client.trust.insecure else { return }
        let place =
            "\(origin.host)\(origin.sni == origin.host || origin.sni == nil ? "" : " (sni \(origin.sni ?? ""))")"
        if origin.host != plan.target.host || origin.sni != plan.client.offer.sni(for: plan.target) {
            notes.append("--load-session: the session is for \(place), so it is not offered; -k offers it all the same")
            obstacle = .otherName
        } else if origin.verdict == .untrusted {
            notes.append("--load-session: that server was not trusted, so it is not offered; -k offers it all the same")
            obstacle = .untrusted
        } else {
            return
        }
        self.session = nil
    }
}
