import COpenSSL

/// What the running library can do, found out by asking it.
public enum LibraryFeatures {
    /// The versions of TLS that it was built with, lowest first. Asks `SSL_CTX_set_min_proto_version(3)`, which refuses
    /// the others.
    public static var versions: [ProtocolVersion] {
        [.tls10, .tls11, .tls12, .tls13].filter { version in
            withContext { context in
                let number = Int32(version.rawValue)
                return probe_SSL_CTX_set_max_proto_version(context, number) == 1
                    && probe_SSL_CTX_set_min_proto_version(context, number) == 1
            }
        }
    }

    /// The groups safe against quantum computers that it knows. Asks `SSL_CTX_set1_groups_list(3)`.
    public static var postQuantumGroups: [String] {
        ["X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024", "MLKEM512", "MLKEM768", "MLKEM1024"].filter {
            group in
            withContext { probe_SSL_CTX_set1_groups_list($0, group) == 1 }
        }
    }

    /// The providers that are active, in the library's order. Wraps `OSSL_PROVIDER_do_all(3)`.
    public static var providers: [String] {
        var names: [String] = []
        withUnsafeMutablePointer(to: &names) { names in
            _ = OSSL_PROVIDER_do_all(
                nil,
                { provider, names in
                    if let name = OSSL_PROVIDER_get0_name(provider) {
                        names?.assumingMemoryBound(to: [String].self).pointee.append(String(cString: name))
                    }
                    return 1
                }, names)
        }
        return names
    }

    /// Whether only algorithms approved by FIPS are used. Wraps `EVP_default_properties_is_fips_enabled(3)`.
    public static var isFIPSOnly: Bool { EVP_default_properties_is_fips_enabled(nil) == 1 }

    /// Asks a context of its own, and leaves no errors behind: a refusal is an answer.
    private static func withContext(_ ask: (OpaquePointer) -> Bool) -> Bool {
        defer { ERR_clear_error() }
        guard let context = SSL_CTX_new(TLS_client_method()) else { return false }
        defer { SSL_CTX_free(context) }
        return ask(context)
    }
}
