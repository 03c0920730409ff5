import OpenSSL

// Messages of the binding as payloads of events.

extension Direction {
    init(_ direction: OpenSSL.Direction) {
        switch direction {
        case .sent: self = .sent
        case .received: self = .received
        }
    }
}

extension ClientHello {
    init(_ hello: OpenSSL.ClientHello) {
        self.init(
            sni: hello.serverName?.text, alpn: hello.alpn.map(\.text), versions: hello.versions.map(\.name),
            ciphers: hello.cipherSuites.map(\.name), groups: hello.groups.map(\.name),
            signatureAlgorithms: hello.signatureSchemes.map(\.name), extensions: hello.extensions.map(Extension.init),
            sessionOffered: hello.offersSession, earlyDataOffered: hello.offersEarlyData, rawHex: Self.rawHex(of: hello)
        )
    }

    /// How many raw fields are kept: a client that sends thousands means harm.
    private static let kept = 64

    private static func rawHex(of hello: OpenSSL.ClientHello) -> [Report.CertificateEntry.RawField] {
        var fields: [Report.CertificateEntry.RawField] = []
        func add(_ name: String, _ text: PeerText) {
            if String(validating: text.bytes, as: UTF8.self) == nil {
                fields.append(.init(field: name, hex: text.bytes.hex))
            }
        }
        if let name = hello.serverName { add("sni", name) }
        for (index, name) in hello.alpn.enumerated() where fields.count < kept { add("alpn[\(index)]", name) }
        return fields
    }
}

extension ClientHello.Extension {
    init(_ seen: TLSExtension) {
        self.init(number: Int(seen.type.rawValue), name: seen.type.name, bytes: seen.byteCount)
    }
}

extension ServerHello {
    init(_ hello: OpenSSL.ServerHello) {
        self.init(
            version: hello.version.name, cipher: hello.cipherSuite.name, group: hello.group?.name,
            pskSelected: hello.selectedIdentity != nil, extensions: hello.extensions.map(ClientHello.Extension.init))
    }
}

extension EncryptedExtensions {
    init(_ seen: OpenSSL.EncryptedExtensions) {
        self.init(
            alpn: seen.alpn?.text, earlyDataAccepted: seen.acceptsEarlyData,
            extensions: seen.extensions.map(ClientHello.Extension.init))
    }
}

extension CertificateRequest {
    init(_ request: OpenSSL.CertificateRequest) {
        self.init(
            signatureAlgorithms: request.signatureSchemes.map(\.name),
            caNames: request.authorities.map(Certificate.name(fromDER:)))
    }
}

extension CertificateMessage {
    init(_ chain: OpenSSL.CertificateMessage) {
        self.init(
            certificates: chain.entries.count, certificateBytes: chain.entries.map(\.byteCount), compressed: false)
    }

    init(_ chain: CompressedCertificate) {
        self.init(certificates: 0, certificateBytes: [chain.compressedByteCount], compressed: true)
    }
}

extension ServerKeyExchange {
    init(_ exchange: OpenSSL.ServerKeyExchange) {
        self.init(group: exchange.group?.name, signatureAlgorithm: exchange.signatureScheme?.name)
    }
}

extension NewSessionTicket {
    init(_ ticket: OpenSSL.NewSessionTicket, index: Int, version: ProtocolVersion) {
        self.init(
            index: index, version: version.name, lifetimeS: Int(ticket.lifetime), ageAdd: ticket.ageAdd.map(Int.init),
            nonce: ticket.ageAdd == nil ? nil : ticket.nonce.hex, ticketBytes: ticket.ticket.count,
            maxEarlyData: ticket.maxEarlyData.map(Int.init), extensions: ticket.extensions.map(\.type.name))
    }
}

extension KeyUpdate {
    init(_ request: KeyUpdateRequest) {
        self.init(requestUpdate: request == .updateRequested ? .updateRequested : .updateNotRequested)
    }
}

extension Failure.AlertEntry {
    init(_ alert: Alert, _ direction: Direction) {
        self.init(
            level: alert.level.name, description: alert.name, number: Int(alert.number), dir: direction)
    }
}
