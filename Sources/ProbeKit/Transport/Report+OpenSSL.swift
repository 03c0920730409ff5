import OpenSSL

// Values of the binding as parts of the report.

extension Report.Tool {
    static var current: Report.Tool {
        Report.Tool(
            name: "sslprobe", version: programVersion,
            openssl: Libraries(headers: LibraryVersion.headers, linked: LibraryVersion.linked))
    }
}

extension Report.TLS.Cipher {
    init(_ cipher: Connection.Cipher) {
        self.init(name: cipher.name, opensslName: cipher.opensslName, bits: cipher.bits)
    }
}

extension Report.Verify {
    init(_ verification: Verification) {
        self.init(
            ok: verification.isOK, errors: verification.errors.map(Problem.init), chainOk: verification.isChainOK,
            nameOk: verification.isNameOK, checkedName: verification.checkedName,
            sentInOrder: verification.isSentInOrder, missingIssuer: verification.missingIssuer,
            path: verification.path.map(\.subject), store: verification.store)
    }

    /// A resumed session of which nobody knows what was verified when it was made.
    init(unknownTo store: String) {
        self.init(
            ok: nil, errors: [], chainOk: nil, nameOk: nil, checkedName: nil, sentInOrder: true, missingIssuer: nil,
            path: [], store: store)
    }

    /// A handshake in which the server showed neither a certificate nor a shared key.
    init(unauthenticatedBy store: String) {
        self.init(
            ok: false, errors: [], chainOk: false, nameOk: false, checkedName: nil, sentInOrder: true,
            missingIssuer: nil, path: [], store: store)
    }

    /// Why the peer is not to be trusted, and what to try.
    func ending(target: Target) -> Ending {
        let isNameAlone = chainOk == true && nameOk == false
        let faults =
            errors.isEmpty ? "the server showed no certificate" : errors.map(\.message).unique.joined(separator: "; ")
        return Ending(
            .verify,
            Failure(
                .verify, isNameAlone ? .wrongName : .notTrusted, "the certificate is not acceptable: \(faults)",
                hint: hint))
    }

    private var hint: String {
        let faults = Set(errors.map(\.name))
        if faults.contains("X509_V_ERR_CERT_CHAIN_TOO_LONG") { return "--verify-depth N allows more intermediates" }
        if missingIssuer != nil {
            return "an intermediate is for the server to send; a root of your own goes with --ca FILE"
        }
        if nameOk == false { return "use a name that the certificate holds, or --verify-name NAME" }
        if let expired = errors.first(where: { $0.name == "X509_V_ERR_CERT_HAS_EXPIRED" }) {
            return (expired.depth == 0 ? "renew the certificate" : "the server must send a newer intermediate")
                + "; is this machine's clock right?"
        }
        if faults.contains("X509_V_ERR_CERT_NOT_YET_VALID") { return "is this machine's clock right?" }
        if faults.contains(where: { $0.contains("SELF_SIGNED") }) {
            return "--ca FILE with that certificate, if you trust it; -k ignores the verdict"
        }
        return "-k ignores the verdict"
    }
}

extension Report.Verify.Problem {
    init(_ error: VerificationError) {
        self.init(depth: error.depth, code: Int(error.code), name: error.name, message: error.message)
    }
}

extension Report.CertificateEntry {
    init(_ certificate: Certificate, at now: Int64, withPEM: Bool) {
        let (key, sans) = (certificate.key, certificate.sans)
        self.init(
            subject: certificate.subject, issuer: certificate.issuer, subjectCn: certificate.subjectCommonName,
            issuerCn: certificate.issuerCommonName,
            sans: sans.map { AlternativeName(type: $0.type, value: $0.value) },
            notBefore: certificate.notBefore?.rfc3339, notAfter: certificate.notAfter?.rfc3339,
            daysLeft: certificate.daysLeft(at: now), serialHex: certificate.serialHex, sha256: certificate.sha256,
            spkiSha256: certificate.spkiSHA256, key: Key(type: key.type, bits: key.bits, curve: key.curve),
            signatureAlgorithm: certificate.signatureAlgorithm,
            rawHex: certificate.rawHex(sans: sans).map { RawField(field: $0.field, hex: $0.hex) },
            pem: withPEM ? certificate.pem : nil)
    }
}

extension [String] {
    /// Each text once, in the order of its first appearance.
    fileprivate var unique: [String] {
        reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
