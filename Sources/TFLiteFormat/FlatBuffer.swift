// Checked access to a flatbuffer: every offset, length and vtable is compared with the file before it is followed.
import Tensors

/// The bytes of a file, and how much may still be decoded of them.
///
/// Tables of a flatbuffer may share what they point at, so a small file can describe much. Everything that is copied out of the
/// file is therefore charged to an allowance in proportion to its size; no honest file comes near it.
final class FlatBuffer {
    let file: MappedFile
    let bytes: UnsafeRawBufferPointer
    private var allowance: Int

    init(file: MappedFile) {
        self.file = file
        bytes = file.bytes
        allowance = file.bytes.count.multipliedReportingOverflow(by: 8).partialValue &+ 1 << 20
    }

    var count: Int { bytes.count }

    /// Charges `size` bytes that are about to be decoded.
    func spend(_ size: Int) throws(TFLiteError) {
        guard size <= allowance else {
            throw TFLiteError("the file describes far more than it holds (its tables share their content)")
        }
        allowance -= size
    }

    /// The table that the file begins with.
    func root(_ kind: StaticString) throws(TFLiteError) -> Table {
        try Table(self, at: try bytes.target(of: 0, "root"), kind: kind, index: nil)
    }
}

extension UnsafeRawBufferPointer {
    /// The little-endian number at `position`.
    func number<Number: FixedWidthInteger & BitwiseCopyable>(
        at position: Int, _ place: @autoclosure () -> String
    ) throws(TFLiteError) -> Number {
        guard position >= 0, position <= count - MemoryLayout<Number>.size else {
            throw TFLiteError("\(place()): offset \(position) is outside the file of \(count) bytes")
        }
        return Number(littleEndian: loadUnaligned(fromByteOffset: position, as: Number.self))
    }

    /// The position that the 32-bit offset at `position` leads to.
    func target(of position: Int, _ place: @autoclosure () -> String) throws(TFLiteError) -> Int {
        let offset: UInt32 = try number(at: position, place())
        let target = position + Int(offset)
        guard offset > 0, target <= count - 4 else {
            throw TFLiteError("\(place()): offset \(offset) leads outside the file of \(count) bytes")
        }
        return target
    }
}

/// A table of a flatbuffer: fields by number, each of which may be absent. Valid as long as its buffer lives, which it does not see to:
/// thousands of tables are looked at while a file is read, and to count the references of each takes longer than to read it.
struct Table {
    unowned(unsafe) let buffer: FlatBuffer
    /// Those of `buffer`, a look at which would count it.
    private let bytes: UnsafeRawBufferPointer
    private let position: Int
    private let vtable: Int
    private let vtableSize: Int
    private let size: Int
    /// What the schema calls it, and its place in the vector that holds it.
    private let kind: StaticString
    private let index: Int?

    init(_ buffer: FlatBuffer, at position: Int, kind: StaticString, index: Int?) throws(TFLiteError) {
        self.buffer = buffer
        bytes = buffer.bytes
        self.position = position
        self.kind = kind
        self.index = index
        // Called for the message of an error alone: most tables of a file are read without.
        func place() -> String { index.map { "\(kind) \($0)" } ?? "\(kind)" }
        let back: Int32 = try bytes.number(at: position, place())
        vtable = position - Int(back)
        let vtableBytes: UInt16 = try bytes.number(at: vtable, "\(place()), vtable")
        let tableBytes: UInt16 = try bytes.number(at: vtable + 2, "\(place()), vtable")
        vtableSize = Int(vtableBytes)
        size = Int(tableBytes)
        guard vtableSize >= 4, vtableSize % 2 == 0, vtable + vtableSize <= bytes.count, size >= 4,
            position + size <= bytes.count
        else { throw TFLiteError("\(place()): its vtable reaches outside the file") }
    }

    /// For messages: `Tensor 5`.
    var place: String { index.map { "\(kind) \($0)" } ?? "\(kind)" }

    private func place(_ name: StaticString) -> String { "\(place), field '\(name)'" }

    func failure(_ name: StaticString, _ reason: String) -> TFLiteError { TFLiteError("\(place(name)): \(reason)") }

    /// Where field `number` of `width` bytes is, `nil` where it is absent.
    private func field(_ number: Int, _ name: StaticString, width: Int) throws(TFLiteError) -> Int? {
        let entry = 4 + 2 * number
        guard entry + 2 <= vtableSize else { return nil }
        let offset: UInt16 = try bytes.number(at: vtable + entry, place(name))
        if offset == 0 { return nil }
        guard Int(offset) >= 4, Int(offset) + width <= size else {
            throw failure(name, "it lies outside its table")
        }
        return position + Int(offset)
    }

    func has(_ number: Int, _ name: StaticString) throws(TFLiteError) -> Bool {
        try field(number, name, width: 1) != nil
    }

    /// The integer in field `number`, of the width of `Number`.
    func integer<Number: FixedWidthInteger & BitwiseCopyable>(
        _ number: Int, _ name: StaticString, as: Number.Type, or standard: Number = 0
    ) throws(TFLiteError) -> Number {
        guard let position = try field(number, name, width: MemoryLayout<Number>.size) else { return standard }
        return try bytes.number(at: position, place(name))
    }

    func int(_ number: Int, _ name: StaticString, or standard: Int32 = 0) throws(TFLiteError) -> Int {
        Int(try integer(number, name, as: Int32.self, or: standard))
    }

    /// An enumeration of one byte.
    func byte(_ number: Int, _ name: StaticString) throws(TFLiteError) -> Int {
        Int(try integer(number, name, as: Int8.self))
    }

    func bool(_ number: Int, _ name: StaticString) throws(TFLiteError) -> Bool {
        try integer(number, name, as: UInt8.self) != 0
    }

    func float(_ number: Int, _ name: StaticString, or standard: Float = 0) throws(TFLiteError) -> Float {
        Float(bitPattern: try integer(number, name, as: UInt32.self, or: standard.bitPattern))
    }

    func table(_ number: Int, _ name: StaticString, kind: StaticString) throws(TFLiteError) -> Table? {
        guard let position = try field(number, name, width: 4) else { return nil }
        return try Table(buffer, at: try bytes.target(of: position, place(name)), kind: kind, index: index)
    }

    /// The elements of vector field `number`, `nil` where it is absent: where they start and how many there are.
    private func vector(
        _ number: Int, _ name: StaticString, width: Int
    ) throws(TFLiteError) -> (start: Int, count: Int)? {
        guard let position = try field(number, name, width: 4) else { return nil }
        let start = try bytes.target(of: position, place(name))
        let length: UInt32 = try bytes.number(at: start, place(name))
        guard Int(length) <= (bytes.count - start - 4) / width else {
            throw failure(name, "\(length) elements reach past the end of the file")
        }
        return (start + 4, Int(length))
    }

    /// Where the bytes of vector field `number` are in the file; `nil` where it is absent.
    func byteRange(_ number: Int, _ name: StaticString) throws(TFLiteError) -> Range<Int>? {
        guard let (start, count) = try vector(number, name, width: 1) else { return nil }
        return start..<(start + count)
    }

    /// A vector of numbers; `nil` where it is absent.
    func numbers<Number: FixedWidthInteger & BitwiseCopyable>(
        _ number: Int, _ name: StaticString, as: Number.Type
    ) throws(TFLiteError) -> [Number]? {
        let width = MemoryLayout<Number>.size
        guard let (start, count) = try vector(number, name, width: width) else { return nil }
        try buffer.spend(count * width)
        return converted(start, count) { $0 }
    }

    /// `count` numbers that follow each other from `start`, inside the file.
    @inline(__always)
    private func converted<Number: FixedWidthInteger & BitwiseCopyable, Element>(
        _ start: Int, _ count: Int, _ convert: (Number) -> Element
    ) -> [Element] {
        let source = UnsafeRawBufferPointer(rebasing: bytes[start..<start + count * MemoryLayout<Number>.size])
        return [Element](unsafeUninitializedCapacity: count) { target, filled in
            guard let from = source.baseAddress, let to = target.baseAddress else { return }
            for index in 0..<count {
                let number = (from + index * MemoryLayout<Number>.size).loadUnaligned(as: Number.self)
                (to + index).initialize(to: convert(Number(littleEndian: number)))
            }
            filled = count
        }
    }

    func ints(_ number: Int, _ name: StaticString) throws(TFLiteError) -> [Int]? {
        guard let (start, count) = try vector(number, name, width: 4) else { return nil }
        try buffer.spend(4 * count)
        return converted(start, count) { (number: Int32) in Int(number) }
    }

    func floats(_ number: Int, _ name: StaticString) throws(TFLiteError) -> [Float]? {
        guard let (start, count) = try vector(number, name, width: 4) else { return nil }
        try buffer.spend(4 * count)
        return converted(start, count) { (bits: UInt32) in Float(bitPattern: bits) }
    }

    /// Text, as UTF-8, on one line, cut after 1,024 bytes; `nil` where it is absent.
    func string(_ number: Int, _ name: StaticString) throws(TFLiteError) -> String? {
        guard let range = try byteRange(number, name) else { return nil }
        try buffer.spend(min(range.count, 1024))
        return String(singleLine: UnsafeRawBufferPointer(rebasing: bytes[range].prefix(1024)))
    }

    /// A vector of tables, empty where it is absent.
    func tables(_ number: Int, _ name: StaticString, kind: StaticString) throws(TFLiteError) -> TableVector {
        let (start, count) = try vector(number, name, width: 4) ?? (0, 0)
        return TableVector(buffer: buffer, start: start, count: count, kind: kind)
    }
}

/// The tables that a vector field lists. Valid as long as their buffer lives, as a table.
struct TableVector {
    unowned(unsafe) let buffer: FlatBuffer
    fileprivate let start: Int
    let count: Int
    private let kind: StaticString

    fileprivate init(buffer: FlatBuffer, start: Int, count: Int, kind: StaticString) {
        self.buffer = buffer
        self.start = start
        self.count = count
        self.kind = kind
    }

    /// Table `index`, which must be below `count`.
    func table(_ index: Int) throws(TFLiteError) -> Table {
        precondition(index >= 0 && index < count)
        // A table is charged what a reader makes of it, so that a vector cannot list one of them without end.
        try buffer.spend(16)
        let target = try buffer.bytes.target(of: start + 4 * index, "\(kind) \(index)")
        return try Table(buffer, at: target, kind: kind, index: index)
    }
}
