/// What a stream has learnt about the types of keys: the spelling of each key, and a container for the next value.
struct JSONKeys {
    /// The bytes of a key: a comma, the quoted name and a colon.
    struct Spelling {
        let start: UnsafeMutablePointer<UInt8>
        let count: Int
    }

    /// Where in the ink a spelling is; nowhere yet when it has no length.
    struct Name {
        var start = 0
        var count = 0
    }

    /// The keys of a type, each at the place that its only byte tells.
    typealias Names = UnsafeMutablePointer<Name>

    private struct Entry {
        let type: ObjectIdentifier
        let names: Names
        /// A `Kept` container of this type, if one was asked for.
        var container: AnyObject?
    }

    /// More than any type of ours has; keys beyond that are spelled anew each time.
    private static let namesPerType = 64

    /// A hash table, at most half full. A Dictionary would hash the address, which takes longer than all the rest.
    private var entries: UnsafeMutablePointer<Entry?>
    private var capacity: Int
    private var count = 0
    private var ink = ByteBuffer(capacity: 4096)

    init() { (entries, capacity) = Self.table(capacity: 64) }

    func deallocate() {
        for place in 0..<capacity { entries[place]?.names.deallocate() }
        entries.deinitialize(count: capacity)
        entries.deallocate()
        ink.deallocate()
    }

    /// The spelling of a key, if it was learnt.
    @inline(__always)
    func spelling(of key: some CodingKey, among names: Names) -> Spelling? {
        let place = Self.place(of: key)
        guard place < Self.namesPerType, names[place].count > 0 else { return nil }
        return Spelling(start: ink.start + names[place].start, count: names[place].count)
    }

    /// Learns how a key is spelled, from what was written with or without a comma.
    mutating func learn(_ key: some CodingKey, among names: Names, spelling: Slice<UnsafeBufferPointer<UInt8>>) {
        let place = Self.place(of: key)
        guard place < Self.namesPerType else { return }
        let start = ink.bytes.count
        if spelling.first != UInt8(ascii: ",") { ink.append(UInt8(ascii: ",")) }
        ink.append(UnsafeBufferPointer(rebasing: spelling))
        names[place] = Name(start: start, count: ink.bytes.count - start)
        ink.reserve(ByteBuffer.padding)
    }

    /// Equal bytes are equal keys: the keys of our types are enums without payload.
    @inline(__always)
    private static func place<Key: CodingKey>(of key: Key) -> Int {
        switch MemoryLayout<Key>.size {
        case 0: 0
        case 1: Int(unsafeBitCast(key, to: UInt8.self))
        default: .max
        }
    }

    /// The container for a type of keys, if there is one.
    @inline(__always)
    func container<Key: CodingKey>(keyedBy type: Key.Type) -> Kept<KeyedEncodingContainer<Key>>? {
        guard let known = entries[place(of: ObjectIdentifier(type))]?.container else { return nil }
        return unsafeDowncast(known, to: Kept<KeyedEncodingContainer<Key>>.self)
    }

    mutating func keep<Key: CodingKey>(_ container: KeyedEncodingContainer<Key>) {
        entries[place(of: ObjectIdentifier(Key.self))]?.container = Kept(container)
    }

    func knows(_ type: any CodingKey.Type) -> Bool { entries[place(of: ObjectIdentifier(type))]?.names != nil }

    mutating func names(keyedBy type: any CodingKey.Type) -> Names {
        let place = place(of: ObjectIdentifier(type))
        if let known = entries[place] { return known.names }
        let names = Names.allocate(capacity: Self.namesPerType)
        names.initialize(repeating: Name(), count: Self.namesPerType)
        entries[place] = Entry(type: ObjectIdentifier(type), names: names)
        count += 1
        if count > capacity / 2 { grow() }
        return names
    }

    /// Where the entry of a type is or belongs.
    @inline(__always)
    private func place(of type: ObjectIdentifier) -> Int {
        // The lowest bits of an address of metadata are always the same.
        var place = Int(bitPattern: type) >> 4
        while true {
            place &= capacity &- 1
            guard let entry = entries[place], entry.type != type else { return place }
            place &+= 1
        }
    }

    private mutating func grow() {
        let (smaller, used) = (entries, capacity)
        (entries, capacity) = Self.table(capacity: 2 * used)
        for old in 0..<used {
            if let entry = smaller[old] { entries[place(of: entry.type)] = entry }
        }
        smaller.deinitialize(count: used)
        smaller.deallocate()
    }

    /// The capacity has to be a power of two.
    private static func table(capacity: Int) -> (UnsafeMutablePointer<Entry?>, Int) {
        let entries = UnsafeMutablePointer<Entry?>.allocate(capacity: capacity)
        entries.initialize(repeating: nil, count: capacity)
        return (entries, capacity)
    }
}

/// Hands out copies of a value. Only this class knows how to copy it: for its own generic type that costs nothing, while a
/// generic function would search the metadata of the container each time.
final class Kept<Value> {
    private let content: Value

    init(_ content: Value) { self.content = content }

    @inline(never)
    func value() -> Value { content }
}
