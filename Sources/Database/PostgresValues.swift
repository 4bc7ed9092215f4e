// Values as PostgreSQL's library takes and gives them.
import CPostgres

/// A value on its way to the server.
struct PostgresValue {
    var bytes: [UInt8] = []
    var isNull = false
    var isBinary = false

    init(_ value: DatabaseValue) {
        switch value {
        case .null: isNull = true
        case .integer(let number): bytes = Array(String(number).utf8)
        case .real(let number): bytes = Array((number.isFinite ? "\(number)" : Self.name(number)).utf8)
        // The server's text has no zero in it.
        case .text(let text): bytes = Array(text.utf8.filter { $0 != 0 })
        case .bytes(let value): (bytes, isBinary) = (value, true)
        }
    }

    private static func name(_ number: Double) -> String {
        number.isNaN ? "NaN" : number > 0 ? "Infinity" : "-Infinity"
    }
}

/// A row of a result, in the server's binary form: the highest byte comes first.
struct ResultColumns: RowColumns {
    let result: OpaquePointer
    let row: Int32

    func isNull(_ column: Int) -> Bool { arete_postgres_is_null(result, row, Int32(column)) }

    func bytes(_ column: Int) -> [UInt8] {
        var count: Int32 = 0
        guard let start = arete_postgres_bytes(result, row, Int32(column), &count), count > 0 else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(count)))
    }

    func integer(_ column: Int) -> Int {
        let bytes = bytes(column)
        guard let first = bytes.first, bytes.count <= 8 else { return 0 }
        return bytes.reduce(first & 0x80 == 0 ? 0 : -1) { $0 << 8 | Int($1) }
    }

    func real(_ column: Int) -> Double {
        let bytes = bytes(column)
        guard bytes.count == 8 else { return 0 }
        return Double(bitPattern: bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    func text(_ column: Int) -> String { String(decoding: bytes(column), as: UTF8.self) }
}
