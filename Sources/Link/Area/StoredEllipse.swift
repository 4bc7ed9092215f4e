// Where a row tells an ellipse.
import Database

extension DatabaseRow {
    /// That of the columns `major`, `minor` and `bearing`, of which this is the first; `nil` where one of them is empty.
    public func ellipse(_ column: Int) -> ErrorEllipse? {
        guard let major = optionalReal(column), let minor = optionalReal(column + 1),
            let bearing = optionalReal(column + 2)
        else { return nil }
        return ErrorEllipse(major: major, minor: minor, bearing: bearing)
    }
}
