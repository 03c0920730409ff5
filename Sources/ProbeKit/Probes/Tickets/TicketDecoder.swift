import OpenSSL
import Reactor

/// `tickets --decode`: what a saved session or a bare ticket tells without a server.
package enum TicketDecoder {
    private static let largestFile = 1 << 20
    /// What is shorter is some word that happens to be valid.
    private static let shortestTicket = 16

    /// Reads the file, prints what is in it and returns the exit code.
    package static func run(_ path: String, output: OutputPlan) throws(UsageError) -> Int32 {
        var paths: [ReportPath] = []
        for path in output.paths { paths.append(try ReportPath.validate(path)) }
        let expectations = try Expectations(output.expectations, of: Schema.reportObject)
        let printer: Printer
        do {
            printer = try Printer(output, paths: paths)
        } catch {
            return Printer.complain(error)
        }
        let target = Target(input: path, host: "", port: 0, isAddress: false)
        let plan = ProbePlan(
            target: target, client: ClientPlan(), question: .tickets(TicketsPlan()), output: output)
        let recorder = Recorder(target: path, detail: .init(output), onEvent: printer.eventSink)
        var report = Report.ended(nil, plan: plan, recorder: recorder)
        do throws(Ending) {
            report.tickets = [try ticket(in: LocalFile.read(path, option: "--decode", limit: largestFile), path)]
        } catch {
            report = Report.ended(error, plan: plan, recorder: recorder)
        }
        report.target = Report.Target(input: path, host: nil, port: nil, sni: nil)
        let conclusion = Conclusion(report, expectations: expectations, plan: output, recorder: recorder)
        var tally = Tally()
        tally.add(printer.conclude(conclusion, events: recorder.events))
        return printer.conclude(tally, of: 1)
    }

    private static func ticket(in bytes: [UInt8], _ path: String) throws(Ending) -> Report.Ticket {
        if let saved = try? SavedSession(parsing: bytes), let session = try? saved.session() {
            return entry(
                session.ticket, version: session.version.name, lifetime: Int(clamping: session.lifetimeHint),
                maxEarlyData: Int(session.maxEarlyData))
        }
        if let ticket = [UInt8](hexText: bytes) ?? [UInt8](base64Text: bytes), ticket.count >= shortestTicket {
            return entry(ticket, version: "unknown", lifetime: nil, maxEarlyData: nil)
        }
        throw Ending(
            .local,
            Failure(
                .local, .fileUnreadable,
                "--decode: \(path) holds neither a session in PEM or DER nor a ticket in hex or base64",
                hint: "connect --save-session and openssl s_client -sess_out write sessions"))
    }

    private static func entry(
        _ ticket: [UInt8], version: String, lifetime: Int?, maxEarlyData: Int?
    ) -> Report.Ticket {
        let isReference = ticket.count <= TicketEntries.longestReference
        return Report.Ticket(
            index: 0, conn: nil, address: nil, version: version, lifetimeS: lifetime, ageAdd: nil, nonce: nil,
            ticketBytes: ticket.count, prefixHex: isReference ? nil : TicketEntries.name(of: ticket).hex,
            maxEarlyData: maxEarlyData, extensions: [], kind: isReference ? .stateful : .unknown,
            kindWhy: ticket.isEmpty
                ? "no ticket: the session is resumed by its identifier"
                : isReference
                    ? "\(ticket.count) bytes: too short to hold a session, so it names one that the server remembers"
                    : "one ticket does not tell",
            keyName: nil, afterData: nil)
    }
}

extension [UInt8] {
    /// The bytes that a text in base64 stands for; white space does not count. Nil for anything else.
    fileprivate init?(base64Text text: [UInt8]) {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        var padding = 0
        for character in text where ![0x20, 0x09, 0x0a, 0x0d].contains(character) {
            if character == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            guard padding == 0, let digit = Self.base64Digit(character) else { return nil }
            bits = bits << 6 | UInt32(digit)
            count += 1
            if count.isMultiple(of: 4) {
                bytes += [
                    UInt8(truncatingIfNeeded: bits >> 16 & 0xFF), UInt8(truncatingIfNeeded: bits >> 8 & 0xFF),
                    UInt8(truncatingIfNeeded: bits & 0xFF),
                ]
                bits = 0
            }
        }
        switch count % 4 {
        case 0: break
        case 2: bytes.append(UInt8(truncatingIfNeeded: bits >> 4 & 0xFF))
        case 3: bytes += [UInt8(truncatingIfNeeded: bits >> 10 & 0xFF), UInt8(truncatingIfNeeded: bits >> 2 & 0xFF)]
        default: return nil
        }
        guard !bytes.isEmpty, padding <= 2, (count + padding).isMultiple(of: 4) else { return nil }
        self = bytes
    }

    private static func base64Digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
