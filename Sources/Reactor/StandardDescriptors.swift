import CPlatform
import Glibc

/// The three descriptors a program expects to find open.
package enum StandardDescriptors {
    /// Fills those of 0, 1 and 2 that are closed with /dev/null and returns which they were.
    ///
    /// Otherwise a socket would get the number and be written to as if it were the output. They are opened the wrong way
    /// round, so that reading input and writing output still fail, with EBADF.
    package static func fill() -> [Int32] {
        var filled: [Int32] = []
        for number: Int32 in 0...2 where fcntl(number, F_GETFD) < 0 && errno == EBADF {
            // The lowest free number is this one, for those below are open by now.
            guard open("/dev/null", number == 0 ? O_WRONLY : O_RDONLY) == number else { continue }
            filled.append(number)
        }
        return filled
    }
}
