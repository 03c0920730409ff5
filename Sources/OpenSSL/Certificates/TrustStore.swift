import COpenSSL

// @unchecked: the stores are shared by design and have their own locks; `bundleState` is only touched under `lock`.

/// The authorities that a verification trusts: what `--ca` means.
///
/// The system's own store is lazy. Parsing its bundle costs ten times a whole handshake, so a verification looks into the
/// hashed directory first, and only when that does not succeed is the bundle loaded, once.
public final class TrustStore: @unchecked Sendable {
    /// One value of `--ca`.
    public enum Source: Hashable, Sendable {
        /// OpenSSL's default directory and file, or SSL_CERT_DIR and SSL_CERT_FILE.
        case system
        /// A file of certificates in PEM or DER, or a directory with hashed names.
        case path(String)
        /// Certificates that are in memory already, and what the report calls them.
        case certificates([Certificate], name: String)

        /// The source as the user wrote it.
        var description: String {
            switch self {
            case .system: "system"
            case .path(let path): path
            case .certificates(_, let name): name
            }
        }
    }

    /// Where the authorities come from; empty for `--ca none`, which verifies nothing.
    public let sources: [Source]
    /// Everything but the system's bundle.
    let store: OpaquePointer
    /// What was found good with these authorities.
    let verifiedChains = VerifiedChains()

    private enum BundleState {
        case unread
        case absent
        case loaded(OpaquePointer)
    }

    /// Where the system's authorities are, instead of where OpenSSL and SSL_CERT_DIR and SSL_CERT_FILE say.
    struct SystemLocation {
        /// A list of hashed directories with colons.
        let directory: String
        /// The bundle.
        let file: String
    }

    private let location: SystemLocation?
    private var bundleState: BundleState
    private let lock: UnsafeMutableRawPointer

    /// OpenSSL's own default store.
    ///
    /// - Throws: `OpenSSLError` when there is no memory.
    public static func system() throws -> TrustStore { try TrustStore([.system]) }

    /// A store that trusts nobody, and that a verification takes as the wish not to judge the chain.
    ///
    /// - Throws: `OpenSSLError` when there is no memory.
    public static func none() throws -> TrustStore { try TrustStore([]) }

    /// Reads the values of `--ca` as they were written; `none` excludes all others.
    ///
    /// - Throws: `TrustStoreError` naming what is wrong with which value.
    public convenience init(arguments: [String]) throws {
        guard arguments.contains("none") else {
            try self.init(arguments.map { $0 == "system" ? .system : .path($0) })
            return
        }
        guard arguments.allSatisfy({ $0 == "none" }) else { throw TrustStoreError.noneAmongOthers }
        try self.init([])
    }

    /// Loads the sources, which add up. Throws `TrustStoreError` for the first that cannot be used.
    public convenience init(_ sources: [Source]) throws { try self.init(sources, system: nil) }

    init(_ sources: [Source], system location: SystemLocation?) throws {
        self.sources = sources
        self.location = location
        store = try require(X509_STORE_new(), "X509_STORE_new")
        guard let lock = CRYPTO_THREAD_lock_new() else {
            X509_STORE_free(store)
            throw OpenSSLError(draining: "CRYPTO_THREAD_lock_new")
        }
        self.lock = lock
        bundleState = sources.contains(.system) ? .unread : .absent
        // From here on deinit frees, also when a source throws.
        for source in sources { try load(source, into: store) }
    }

    deinit {
        if case .loaded(let bundle) = bundleState { X509_STORE_free(bundle) }
        X509_STORE_free(store)
        CRYPTO_THREAD_lock_free(lock)
    }

    /// Whether there is nothing to verify against, because the user said so.
    public var isNone: Bool { sources.isEmpty }

    /// The sources as the report names them: `system`, or the paths, with commas.
    public var description: String {
        isNone ? "none" : sources.map(\.description).joined(separator: ",")
    }

    /// Makes this the context's store, which OpenSSL also uses to complete our own chain. Wraps `SSL_CTX_set1_cert_store(3)`.
    func apply(toContext context: OpaquePointer) {
        SSL_CTX_set1_cert_store(context, store)
    }

    /// What was read so far; directories are read only as names are looked for. Wraps `X509_STORE_get1_all_certs(3)`.
    var loadedCertificates: [Certificate] {
        guard let stack = X509_STORE_get1_all_certs(store) else { return [] }
        defer { probe_sk_X509_free(stack) }
        return CertificateChain(copying: stack).certificates
    }

    /// Everything including the system's bundle, loaded at the first call; nil when no bundle is configured or readable.
    ///
    /// The bundle sits beside the directory as in `X509_STORE_set_default_paths(3)`, so a verification here is OpenSSL's own.
    func storeWithBundle() -> OpaquePointer? {
        CRYPTO_THREAD_write_lock(lock)
        defer { CRYPTO_THREAD_unlock(lock) }
        switch bundleState {
        case .absent: return nil
        case .loaded(let bundle): return bundle
        case .unread:
            let bundle = loadBundle()
            bundleState = bundle.map { .loaded($0) } ?? .absent
            return bundle
        }
    }

    private func loadBundle() -> OpaquePointer? {
        // A bundle that is missing or broken is no error: OpenSSL passes over it too.
        defer { ERR_clear_error() }
        guard let bundle = X509_STORE_new() else { return nil }
        guard let lookup = X509_STORE_add_lookup(bundle, X509_LOOKUP_file()),
            X509_LOOKUP_ctrl(lookup, X509_L_FILE_LOAD, location?.file, Self.type(of: location?.file), nil) == 1,
            (try? sources.forEach { try load($0, into: bundle) }) != nil
        else {
            X509_STORE_free(bundle)
            return nil
        }
        return bundle
    }

    private func load(_ source: Source, into store: OpaquePointer) throws {
        ERR_clear_error()
        switch source {
        case .system:
            try Self.add(directory: location?.directory, to: store)
        case .path(let path):
            let isDirectory: Bool
            do { isDirectory = try LocalFile.isDirectory(path) } catch {
                throw TrustStoreError.unreadable(path: path, reason: error.reason)
            }
            if isDirectory {
                try Self.checkNames(inDirectory: path)
                try Self.add(directory: path, to: store)
            } else {
                try Self.add(file: path, to: store)
            }
        case .certificates(let certificates, _):
            try Self.add(certificates, to: store)
        }
    }

    /// Without a path OpenSSL takes its own default or the one from the environment; a list with colons works as there.
    private static func type(of path: String?) -> Int { Int(path == nil ? X509_FILETYPE_DEFAULT : X509_FILETYPE_PEM) }

    private static func add(directory: String?, to store: OpaquePointer) throws {
        let lookup = try require(X509_STORE_add_lookup(store, X509_LOOKUP_hash_dir()), "X509_STORE_add_lookup")
        try require(X509_LOOKUP_ctrl(lookup, X509_L_ADD_DIR, directory, type(of: directory), nil), "X509_LOOKUP_ctrl")
    }

    /// OpenSSL finds certificates in a directory by names such as `5ed36f99.0` alone, and says nothing when there are none.
    private static func checkNames(inDirectory path: String) throws {
        do {
            guard try LocalFile.directory(path, holds: isHashedName) else {
                throw TrustStoreError.notHashed(path: path)
            }
        } catch let failure as LocalFile.Failure {
            throw TrustStoreError.unreadable(path: path, reason: failure.reason)
        }
    }

    private static func isHashedName(_ name: String) -> Bool {
        let parts = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count == 8, !parts[1].isEmpty else { return false }
        return parts[0].allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
            && parts[1].allSatisfy { (48...57).contains($0) }
    }

    private static func add(file path: String, to store: OpaquePointer) throws {
        let bytes: [UInt8]
        do { bytes = try LocalFile.read(path) } catch {
            throw TrustStoreError.unreadable(path: path, reason: error.reason)
        }
        guard let certificates = try? CertificateFile.parse(bytes) else {
            throw TrustStoreError.malformed(path: path)
        }
        guard !certificates.isEmpty else { throw TrustStoreError.noCertificate(path: path) }
        try add(certificates, to: store)
    }

    private static func add(_ certificates: [Certificate], to store: OpaquePointer) throws(OpenSSLError) {
        for certificate in certificates {
            // The store counts its own reference; a certificate that is there already is no error.
            try require(X509_STORE_add_cert(store, certificate.pointer), "X509_STORE_add_cert")
        }
    }
}

/// Why a value of `--ca` cannot be used.
public enum TrustStoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file or directory cannot be read.
    case unreadable(path: String, reason: String)
    /// The file holds no certificate.
    case noCertificate(path: String)
    /// The file holds a certificate that cannot be decoded.
    case malformed(path: String)
    /// The directory holds no hashed names, so OpenSSL would find nothing in it.
    case notHashed(path: String)
    /// `none` was given beside other sources.
    case noneAmongOthers

    /// A lower-case sentence that names the file.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read the CA \(path): \(reason)"
        case .noCertificate(let path): "the CA file \(path) holds no certificate"
        case .malformed(let path): "the CA file \(path) holds a certificate that cannot be decoded"
        case .notHashed(let path):
            "the CA directory \(path) holds no hashed names such as 5ed36f99.0; run openssl rehash on it"
        case .noneAmongOthers: "--ca none cannot be combined with other CAs"
        }
    }
}
