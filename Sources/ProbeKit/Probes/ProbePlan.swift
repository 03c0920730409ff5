/// What a client command was asked to do.
///
/// Copies share all but the target until one of them is changed: there are thousands of targets, and a task keeps a plan
/// in each of its frames.
package struct ProbePlan: Sendable {
    package var target: Target
    /// What the user should know about how the options were read; one line each on stderr.
    package var notes: [String] = []
    private var rest: Rest

    package init(target: Target, client: ClientPlan, question: Question, output: OutputPlan) {
        self.target = target
        rest = Rest(client: client, question: question, output: output)
    }

    package var client: ClientPlan {
        _read { yield rest.client }
        _modify {
            unshare()
            yield &rest.client
        }
    }
    package var question: Question {
        _read { yield rest.question }
        _modify {
            unshare()
            yield &rest.question
        }
    }
    package var output: OutputPlan {
        _read { yield rest.output }
        _modify {
            unshare()
            yield &rest.output
        }
    }
    package var many: ManyPlan {
        _read { yield rest.many }
        _modify {
            unshare()
            yield &rest.many
        }
    }

    private mutating func unshare() {
        guard !isKnownUniquelyReferenced(&rest) else { return }
        let copy = Rest(client: rest.client, question: rest.question, output: rest.output)
        copy.many = rest.many
        rest = copy
    }

    private final class Rest: @unchecked Sendable {
        // Sendable without a check: changed only while one plan alone has it.
        var client: ClientPlan
        var question: Question
        var output: OutputPlan
        var many = ManyPlan()

        init(client: ClientPlan, question: Question, output: OutputPlan) {
            self.client = client
            self.question = question
            self.output = output
        }
    }

    /// Whether anybody wants the sessions that a server hands out: to write one costs as much as to read a ticket.
    var needsSessions: Bool {
        switch question {
        case .connect, .keyUpdate: client.capture.saveSession != nil
        case .renegotiate, .tickets, .resume: true
        }
    }

    /// The name of a file for this target; a name cannot hold a slash, and so lead nowhere else.
    package func fileName(_ pattern: String) -> String {
        pattern.replacing("{host}", with: target.host).replacing("{port}", with: String(target.port))
    }

    /// What is asked of the server beyond a handshake.
    package enum Question: Sendable {
        case connect(RepetitionPlan = RepetitionPlan())
        case renegotiate(RenegotiationPlan)
        case keyUpdate(KeyUpdatePlan)
        case tickets(TicketsPlan)
        case resume(ResumePlan)
    }
}

/// Several targets: where a list of them is, and how many are asked at once.
package struct ManyPlan: Sendable {
    package enum Source: Hashable, Sendable {
        case file(String), standardInput

        /// Nil for standard input.
        var path: String? { if case .file(let path) = self { path } else { nil } }
    }

    /// `--targets`: one on each line.
    package var source: Source?
    package var jobs = 32
    /// How often a target is asked again that was not reached.
    package var retries = 0
    package var retryDelay = Duration.seconds(1)

    package init() {}
}

/// `connect`: how often.
package struct RepetitionPlan: Sendable {
    package var count = 1
    /// How many at once.
    package var parallel = 1
    /// From the start of one to the start of the next.
    package var interval = Duration.zero

    package init() {}
}

/// `renegotiate`: how often, when and in which way.
package struct RenegotiationPlan: Sendable {
    /// Each on a connection of its own: a refusal is fatal to an OpenSSL client.
    package var modes = [Report.Renegotiation.Mode.full]
    package var count = 1
    /// `--until-refused`: goes on to `count`, and one that was accepted is enough.
    package var untilRefused = false
    /// Between the end of one and the start of the next.
    package var interval = Duration.zero
    package var after: Moment?
    /// `--await-request`: how long to wait for the server to ask, in place of asking ourselves.
    package var awaitRequest: Duration?
    package var answerTimeout = Duration.seconds(3)
    /// Also with a server without RFC 5746.
    package var allowsUnsafe = false

    /// When the first one begins.
    package enum Moment: Hashable, Sendable {
        case time(Duration)
        /// Once so many bytes of data went over the connection, both ways together.
        case bytes(Int)
    }

    /// How many `--until-refused` tries at most.
    package static let mostUntilRefused = 20

    package init() {}
}

/// `keyupdate`: which KeyUpdates are sent, and what makes the server answer.
package struct KeyUpdatePlan: Sendable {
    package enum Direction: String, CaseIterable, Sendable {
        case request
        case oneWay = "one-way"
        case both
    }

    /// Which call sends the KeyUpdate: `SSL_write` or `SSL_do_handshake`.
    package enum Trigger: String, CaseIterable, Sendable { case write, handshake }

    /// What is sent to make the server write something: it answers a KeyUpdate only then.
    package enum Elicitation: Hashable, Sendable {
        /// A HEAD request where HTTP is to be expected.
        case auto
        /// A HEAD request.
        case http
        /// `--send`, `--elicit STRING`: the bytes of the data plan.
        case data
        /// A line that an echoing server sends back.
        case echo
        case none
    }

    package var direction = Direction.request
    package var count = 1
    package var interval = Duration.zero
    package var trigger = Trigger.write
    package var elicitation = Elicitation.auto
    package var answerTimeout = Duration.seconds(3)

    /// How much longer the answer to several that were sent together may take for each of them.
    static let timeForOneMore = Duration.milliseconds(25)

    package init() {}
}

extension ProbePlan.Question {
    /// Whether one connection answers it.
    var isOneConnection: Bool {
        switch self {
        case .connect(let plan): plan.count == 1
        case .keyUpdate: true
        case .renegotiate(let plan): plan.modes.count == 1
        case .tickets, .resume: false
        }
    }

    /// Whether early data is to be sent.
    var hasEarlyData: Bool {
        if case .resume(let plan) = self { plan.earlyData != nil } else { false }
    }

    /// Whether sessions are the question, and so every one that is not offered has an answer.
    var isResume: Bool { if case .resume = self { true } else { false } }

    /// Whether it asks all addresses by itself.
    var findsAddresses: Bool { if case .resume(let plan) = self { plan.isMatrix } else { false } }

    var command: Report.Command {
        switch self {
        case .connect: .connect
        case .renegotiate: .renegotiate
        case .keyUpdate: .keyUpdate
        case .tickets: .tickets
        case .resume: .resume
        }
    }
}

extension KeyUpdatePlan {
    /// What is sent, in order.
    var directions: [Direction] {
        switch direction {
        case .request, .oneWay: Array(repeating: direction, count: count)
        case .both: (0..<count).flatMap { _ in [Direction.oneWay, .request] }
        }
    }
}
