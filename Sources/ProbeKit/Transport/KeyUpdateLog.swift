import OpenSSL
import Reactor

/// The KeyUpdates of one connection, as its messages tell them.
struct KeyUpdateLog {
    /// One of ours, and the peer's answer.
    struct Sent {
        let request: KeyUpdateRequest
        let time: Instant
        let evidence: Evidence
        /// How many of ours there were with this one.
        let generation: Int
        fileprivate(set) var answer: Answer?
    }

    struct Answer {
        let time: Instant
        let evidence: Evidence
        /// How many of the peer's there were with this one.
        let generation: Int
        /// Whether it answers another one as well.
        fileprivate(set) var isShared = false
        /// Whether that is an earlier one.
        fileprivate(set) var isRepeated = false
    }

    private var all: [Sent] = []
    private var answers: [Answer] = []
    private(set) var sentCount = 0
    private(set) var receivedCount = 0
    /// Those of them that ask for one of ours.
    private(set) var requestsReceived = 0
    /// Requests of ours that are not answered yet, when each gets an answer of its own.
    private var openRequests = 0
    private let kept: Int

    /// - Parameter kept: how many of ours are told one by one.
    init(keeping kept: Int = Self.usuallyKept) { self.kept = kept }

    /// More are none of a diagnosis.
    static let usuallyKept = 256

    var isEmpty: Bool { sentCount == 0 && receivedCount == 0 }

    /// Whether every request got an answer of its own.
    var isSettled: Bool { openRequests == 0 }

    /// Whether there is an answer to the latest request, which it may share.
    var isLatestAnswered: Bool { all.last { $0.request == .updateRequested }?.answer != nil }

    /// Whether a received one answers one of ours.
    func isAnswer(_ request: KeyUpdateRequest) -> Bool { request == .updateNotRequested && openRequests > 0 }

    mutating func add(
        _ request: KeyUpdateRequest, _ direction: OpenSSL.Direction, at now: Instant, _ evidence: Evidence
    ) {
        switch direction {
        case .sent:
            sentCount += 1
            if request == .updateRequested { openRequests += 1 }
            guard all.count < kept else { return }
            all.append(Sent(request: request, time: now, evidence: evidence, generation: sentCount))
        case .received:
            receivedCount += 1
            if request == .updateRequested { requestsReceived += 1 }
            guard isAnswer(request) else { return }
            openRequests -= 1
            let answer = Answer(time: now, evidence: evidence, generation: receivedCount)
            if answers.count < kept { answers.append(answer) }
            share(answer)
        }
    }

    /// A peer answers with its next write, and several requests with one message.
    private mutating func share(_ answer: Answer) {
        let open = all.indices.filter { all[$0].request == .updateRequested && all[$0].answer == nil }
        for index in open {
            all[index].answer = answer
            all[index].answer?.isShared = open.count > 1
            all[index].answer?.isRepeated = index != open.first
        }
    }

    /// Ours with their answers: one by one when there are as many answers as requests, otherwise an answer is for all
    /// requests that were open when it came.
    var sent: [Sent] {
        let requests = all.indices.filter { all[$0].request == .updateRequested }
        guard requests.count == answers.count else { return all }
        var sent = all
        for (index, answer) in zip(requests, answers) { sent[index].answer = answer }
        return sent
    }
}

extension KeyUpdateLog.Sent {
    /// How long its answer took.
    var answerMilliseconds: Double? { answer.map { $0.time.milliseconds(since: time) } }
}
