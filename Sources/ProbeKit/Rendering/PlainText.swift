/// Text that JSON shows as it is: printable ASCII without quotes and backslashes. Most of what we write is of this kind.
enum PlainText {
    private typealias Block = SIMD16<UInt8>

    /// Copies text of which all is plain; of other text false comes back, and what was copied is of no use.
    @inline(__always)
    static func copy(_ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer) -> Bool {
        switch source.count {
        case 16...: return copyBlocks(source, to: target)
        case 8...:
            let words = copyEnds(of: UInt64.self, source, to: target)
            return areUnfounded(doubts(about: unsafeBitCast(SIMD2(words.first, words.last), to: Block.self)))
        case 4...:
            let words = copyEnds(of: UInt32.self, source, to: target)
            let both = SIMD4(words.first, words.last, words.first, words.last)
            return areUnfounded(doubts(about: unsafeBitCast(both, to: Block.self)))
        default:
            for offset in source.indices {
                let byte = source[offset]
                guard 0x20..<0x7f ~= byte, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else { return false }
                target.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
            }
            return true
        }
    }

    /// The last block overlaps the one before unless the length comes out even.
    @inline(__always)
    private static func copyBlocks(_ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer) -> Bool {
        let last = source.count &- 16
        var found = Block()
        var next = 0
        repeat {
            let offset = min(next, last)
            let block = source.loadUnaligned(fromByteOffset: offset, as: Block.self)
            target.storeBytes(of: block, toByteOffset: offset, as: Block.self)
            found |= doubts(about: block)
            next &+= 16
        } while next < source.count
        return areUnfounded(found)
    }

    /// The first and the last word, which overlap or meet.
    @inline(__always)
    private static func copyEnds<Word: FixedWidthInteger>(
        of type: Word.Type, _ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer
    ) -> (first: Word, last: Word) {
        let end = source.count &- MemoryLayout<Word>.size
        let first = source.loadUnaligned(as: Word.self)
        let last = source.loadUnaligned(fromByteOffset: end, as: Word.self)
        target.storeBytes(of: first, as: Word.self)
        target.storeBytes(of: last, toByteOffset: end, as: Word.self)
        return (first, last)
    }

    /// The highest bit of each byte that is not plain; the other bits mean nothing. Of the two that tell what is not
    /// printable, one has it from DEL to 0xfe, the other below the space and for 0xff.
    @inline(__always)
    private static func doubts(about block: Block) -> Block {
        let isControl = block &- 0x20
        let isBeyond = block &+ 1
        let isQuote = (block ^ UInt8(ascii: "\"")) &- 1
        let isBackslash = (block ^ UInt8(ascii: "\\")) &- 1
        return isControl | isBeyond | isQuote | isBackslash
    }

    @inline(__always)
    private static func areUnfounded(_ doubts: Block) -> Bool {
        let halves = unsafeBitCast(doubts, to: SIMD2<UInt64>.self)
        return (halves.x | halves.y) & 0x8080_8080_8080_8080 == 0
    }
}
