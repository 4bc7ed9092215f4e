// Frames that outlive their source's memory.

extension Frame {
    /// The same frame in memory of its own, so that the source's is free. Complexity: O(bytes).
    public var copy: Frame {
        let total = planes.reduce(0) { $0 + $1.count }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(total, 1), alignment: 64)
        var copies: [UnsafeRawBufferPointer] = []
        var at = 0
        for plane in planes {
            let place = UnsafeMutableRawBufferPointer(rebasing: memory[at..<at + plane.count])
            place.copyMemory(from: plane)
            copies.append(UnsafeRawBufferPointer(place))
            at += plane.count
        }
        let address = UInt(bitPattern: memory.baseAddress)
        return Frame(format: format, planes: copies, sequence: sequence, time: time, isDamaged: isDamaged) {
            UnsafeMutableRawPointer(bitPattern: address)?.deallocate()
        }
    }
}
