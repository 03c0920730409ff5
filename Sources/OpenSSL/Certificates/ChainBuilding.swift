import COpenSSL

/// One run of `X509_verify_cert(3)` that goes on after each error and keeps them all.
struct ChainBuilding {
    /// Every error, in the order of discovery, each pair of depth and code once.
    let errors: [VerificationError]
    /// The chain as far as it could be built, leaf first.
    let path: [Certificate]

    /// Builds and checks a chain in a context of its own.
    ///
    /// The caller keeps every pointer alive during the call. `parameters` are copied: purpose, depth and level hold for
    /// each store alike.
    static func run(
        _ leaf: Certificate, _ untrusted: OpaquePointer?, _ parameters: OpaquePointer?, store: OpaquePointer,
        identity: PeerIdentity
    ) -> ChainBuilding {
        let collector = Collector()
        guard let context = X509_STORE_CTX_new() else { return .failed }
        defer { X509_STORE_CTX_free(context) }
        guard X509_STORE_CTX_init(context, store, leaf.pointer, untrusted) == 1,
            let own = X509_STORE_CTX_get0_param(context),
            X509_VERIFY_PARAM_set1(own, parameters) == 1
        else { return .failed }
        // What cannot be an identity is reported by the name check; the chain is judged all the same.
        try? identity.apply(to: own)
        X509_STORE_CTX_set_verify_cb(context, collect)
        // The callback says yes to everything: without its collector nothing would ever be wrong.
        guard
            X509_STORE_CTX_set_ex_data(context, Collector.index, Unmanaged.passUnretained(collector).toOpaque()) == 1
        else { return .failed }
        // Unretained is safe: the context dies in this function, and the collector outlives the only call that uses it.
        return withExtendedLifetime(collector) {
            let result = X509_verify_cert(context)
            if result != 1, collector.errors.isEmpty {
                // An internal failure does not pass through the callback.
                let code = X509_STORE_CTX_get_error(context)
                collector.record(
                    VerificationError(
                        depth: Int(X509_STORE_CTX_get_error_depth(context)),
                        code: code == X509_V_OK ? X509_V_ERR_UNSPECIFIED : code))
            }
            return ChainBuilding(
                errors: collector.errors,
                path: CertificateChain(copying: X509_STORE_CTX_get0_chain(context)).certificates)
        }
    }

    private static var failed: ChainBuilding {
        ChainBuilding(errors: [VerificationError(depth: 0, code: X509_V_ERR_UNSPECIFIED)], path: [])
    }
}

/// Keeps what the verify callback is told; one for each run, used by one thread.
private final class Collector {
    private(set) var errors: [VerificationError] = []

    /// Bounds what a hostile chain can make us keep.
    private static let limit = 256

    /// The place of the collector in an `X509_STORE_CTX`.
    static let index = CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_X509_STORE_CTX, 0, nil, nil, nil, nil)

    func record(_ error: VerificationError) {
        guard errors.count < Self.limit, !errors.contains(error) else { return }
        errors.append(error)
    }
}

/// Says yes to everything, so that OpenSSL goes on to the next error.
private func collect(_ ok: Int32, _ context: OpaquePointer?) -> Int32 {
    guard ok == 0 else { return 1 }
    guard let context, let data = X509_STORE_CTX_get_ex_data(context, Collector.index) else { return 0 }
    Unmanaged<Collector>.fromOpaque(data).takeUnretainedValue().record(
        VerificationError(
            depth: Int(X509_STORE_CTX_get_error_depth(context)), code: X509_STORE_CTX_get_error(context)))
    return 1
}
