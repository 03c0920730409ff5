import OpenSSL

extension Event.Name {
    /// The event that a message on the wire is told as; nil for what is no event.
    init?(_ message: Message) {
        switch message.content {
        case .clientHello: self = .clientHello
        case .helloRetryRequest: self = .helloRetryRequest
        case .serverHello: self = .serverHello
        case .encryptedExtensions: self = .encryptedExtensions
        case .certificateRequest: self = .certificateRequest
        case .certificate, .compressedCertificate: self = .certificate
        case .certificateStatus: self = .certificateStatus
        case .serverKeyExchange: self = .serverKeyExchange
        case .certificateVerify: self = .certificateVerify
        case .serverHelloDone: self = .serverHelloDone
        case .clientKeyExchange: self = .clientKeyExchange
        case .changeCipherSpec: self = .changeCipherSpec
        case .finished: self = .finished
        case .helloRequest: self = .helloRequest
        case .endOfEarlyData: self = .endOfEarlyData
        case .newSessionTicket: self = .newSessionTicket
        case .keyUpdate: self = .keyUpdate
        case .alert(let alert): self = alert.isCloseNotify ? .closeNotify : .alert
        case .recordHeader, .other, .malformed: return nil
        }
    }
}

extension Event {
    /// The message with what it says; a ticket is numbered within its connection.
    init?(_ message: Message, ticket index: Int, version: ProtocolVersion) {
        switch message.content {
        case .clientHello(let hello): self = .clientHello(ClientHello(hello))
        case .helloRetryRequest(let hello): self = .helloRetryRequest(ServerHello(hello))
        case .serverHello(let hello): self = .serverHello(ServerHello(hello))
        case .encryptedExtensions(let extensions): self = .encryptedExtensions(EncryptedExtensions(extensions))
        case .certificateRequest(let request): self = .certificateRequest(CertificateRequest(request))
        case .certificate(let chain): self = .certificate(CertificateMessage(chain))
        case .compressedCertificate(let chain): self = .certificate(CertificateMessage(chain))
        case .certificateStatus: self = .certificateStatus
        case .serverKeyExchange(let exchange): self = .serverKeyExchange(ServerKeyExchange(exchange))
        case .certificateVerify(let scheme):
            self = .certificateVerify(CertificateVerify(signatureAlgorithm: scheme?.name))
        case .serverHelloDone: self = .serverHelloDone
        case .clientKeyExchange: self = .clientKeyExchange
        case .changeCipherSpec: self = .changeCipherSpec
        case .finished: self = .finished
        case .helloRequest: self = .helloRequest
        case .endOfEarlyData: self = .endOfEarlyData
        case .newSessionTicket(let ticket):
            self = .newSessionTicket(NewSessionTicket(ticket, index: index, version: version))
        case .keyUpdate(let request): self = .keyUpdate(KeyUpdate(request))
        case .alert(let alert) where alert.isCloseNotify: self = .closeNotify
        case .alert(let alert):
            self = .alert(
                AlertSeen(level: alert.level.name, description: alert.name, number: Int(alert.number)))
        case .recordHeader, .other, .malformed: return nil
        }
    }
}
