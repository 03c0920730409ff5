/// A chain as it travelled: sizes only, the certificates themselves come from OpenSSL.
public struct CertificateMessage: Equatable, Sendable {
    /// The certificates in the order sent, leaf first.
    public private(set) var entries: [Entry] = []
    /// The size of the context in TLS 1.3; not 0 only for a client after the handshake.
    public private(set) var contextByteCount = 0

    /// The size of all certificates together.
    public var certificateByteCount: Int { entries.reduce(0) { $0 + $1.byteCount } }

    /// One certificate.
    public struct Entry: Equatable, Sendable {
        /// The size of its DER.
        public let byteCount: Int
        /// What came with it in TLS 1.3, such as a stapled OCSP response.
        public let extensions: [TLSExtension]
    }

    init?(_ reader: ByteReader, version: ProtocolVersion) {
        var reader = reader
        let isModern = version >= .tls13
        if isModern {
            guard let context = reader.readVector8() else { return nil }
            contextByteCount = context.count
        }
        guard var list = reader.readVector24(), reader.isEmpty else { return nil }
        while !list.isEmpty {
            guard let certificate = list.readVector24() else { return nil }
            guard let extensions = isModern ? TLSExtension.readBlock(&list) : [] else { return nil }
            entries.append(Entry(byteCount: certificate.count, extensions: extensions))
        }
    }
}

/// A chain in compressed form (RFC 8879).
public struct CompressedCertificate: Equatable, Sendable {
    /// How: 1 zlib, 2 Brotli, 3 Zstandard.
    public let algorithm: UInt16
    /// The size that the sender promises for the whole message.
    public let uncompressedByteCount: Int
    /// The size on the wire.
    public let compressedByteCount: Int

    init?(_ reader: ByteReader) {
        var reader = reader
        guard let algorithm = reader.readUInt16(), let size = reader.readUInt24(), let data = reader.readVector24(),
            reader.isEmpty
        else { return nil }
        self.algorithm = algorithm
        uncompressedByteCount = Int(size)
        compressedByteCount = data.count
    }
}

/// A stapled OCSP response before TLS 1.3; its size only.
public struct CertificateStatus: Equatable, Sendable {
    /// 1 is OCSP.
    public let type: UInt8
    /// The size of the response.
    public let responseByteCount: Int

    init?(_ reader: ByteReader) {
        var reader = reader
        guard let type = reader.readUInt8(), let response = reader.readVector24(), reader.isEmpty else { return nil }
        self.type = type
        responseByteCount = response.count
    }
}
