/// An entry of the tables: an explanation without what it is about.
///
/// The lines below the meaning fit into a terminal of 80 columns: 65 characters, a test counts them.
struct Topic {
    var meaning: String
    var causes: [String]
    var confirm: [Explanation.Check]

    /// - Parameter confirm: what is typed after `sslprobe`, and what it shows.
    init(_ meaning: String, _ causes: String..., confirm: KeyValuePairs<String, String> = [:]) {
        self.meaning = meaning
        self.causes = causes
        self.confirm = confirm.map { Explanation.Check(command: "sslprobe " + $0.key, why: $0.value) }
    }

    /// The same with more causes after its own.
    func or(_ causes: String...) -> Topic {
        var topic = self
        topic.causes += causes
        return topic
    }
}

extension Explanation {
    init(_ kind: Kind, _ name: String, number: Int32? = nil, _ topic: Topic) {
        self.init(
            kind: kind, number: number, name: name, meaning: topic.meaning, causes: topic.causes,
            confirm: topic.confirm)
    }
}
