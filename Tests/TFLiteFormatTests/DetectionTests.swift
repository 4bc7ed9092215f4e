// Detection operators, and the flexbuffer of options that one of them has.
import Graphs
import Tensors
import Testing

/// A flexbuffer map of 8-bit offsets with numbers in their natural widths, as converters write it.
func flexMap(_ entries: [(String, FlexNumber)]) -> [UInt8] {
    var bytes: [UInt8] = []
    var keys: [Int] = []
    for (name, _) in entries {
        keys.append(bytes.count)
        bytes += Array(name.utf8) + [0]
    }
    func put(offsetTo position: Int) { put(number: UInt32(bytes.count - position)) }
    func put(number: UInt32) { bytes += TestTensor.littleEndian([number]) }
    while bytes.count % 4 != 0 { bytes.append(0) }
    put(number: UInt32(entries.count))
    let keyVector = bytes.count
    for key in keys { put(offsetTo: key) }
    put(offsetTo: keyVector)
    put(number: 4)
    put(number: UInt32(entries.count))
    let map = bytes.count
    for (_, value) in entries {
        switch value {
        case .int(let value): put(number: UInt32(bitPattern: value))
        case .float(let value): put(number: value.bitPattern)
        case .bool(let value): put(number: value ? 1 : 0)
        }
    }
    for (_, value) in entries { bytes.append(value.type) }
    bytes.append(UInt8(bytes.count - map))
    return bytes + [9 << 2 | 2, 1]
}

enum FlexNumber {
    case int(Int32)
    case float(Float)
    case bool(Bool)

    fileprivate var type: UInt8 {
        switch self {
        case .int: 1 << 2 | 2
        case .float: 3 << 2 | 2
        case .bool: 26 << 2 | 2
        }
    }
}

@Suite("Detection operators")
struct DetectionTests {
    static let options: [(String, FlexNumber)] = [
        ("h_scale", .float(5)), ("max_classes_per_detection", .int(1)), ("max_detections", .int(10)),
        ("nms_iou_threshold", .float(0.5)), ("nms_score_threshold", .float(0.25)), ("num_classes", .int(3)),
        ("use_regular_nms", .bool(true)), ("w_scale", .float(5)), ("x_scale", .float(10)), ("y_scale", .float(10)),
    ]

    static func postProcess(_ options: [UInt8]) -> TestModel {
        model(
            "TFLite_Detection_PostProcess", [TestTensor([1, 20, 4]), TestTensor([1, 20, 4]), .zeros([20, 4])],
            [TestTensor([1, 10, 4]), TestTensor([1, 10]), TestTensor([1, 10]), TestTensor([1])],
            extra: [5: .bytes(options)])
    }

    @Test("post-processing keeps its options")
    func postProcess() throws {
        let op: DetectionPostProcess = try Self.postProcess(flexMap(Self.options)).single()
        #expect(op.maximumDetections == 10 && op.maximumClassesPerDetection == 1 && op.detectionsPerClass == 100)
        #expect(op.usesRegularSuppression && op.scoreThreshold == 0.25 && op.overlapThreshold == 0.5)
        #expect(op.classCount == 3 && op.scales == [10, 10, 5, 5])
    }

    @Test("options that are absent or senseless are named")
    func badOptions() {
        let place = "operator 0 'TFLite_Detection_PostProcess'"
        let missing = flexMap(Self.options.filter { $0.0 != "num_classes" })
        #expect(readError(Self.postProcess(missing).bytes) == "\(place): its options lack 'num_classes'")
        let negative = flexMap(Self.options.map { $0.0 == "max_detections" ? ($0.0, .int(-1)) : $0 })
        #expect(
            readError(Self.postProcess(negative).bytes)
                == "\(place): its option 'max_detections' is no number from 1 to 65535")
        let endless = flexMap(Self.options.map { $0.0 == "x_scale" ? ($0.0, .float(.nan)) : $0 })
        #expect(readError(Self.postProcess(endless).bytes) == "\(place): its option 'x_scale' is nan")
        #expect(readError(Self.postProcess([1]).bytes) == "\(place), custom options: 1 bytes are too few")
        #expect(readError(Self.postProcess([5, 4, 1]).bytes) == "\(place), custom options: it holds no map")
    }

    @Test("no change of a byte of the options does more than an error")
    func mutatedOptions() {
        let options = flexMap(Self.options)
        var errors = 0
        for position in options.indices {
            for value: UInt8 in [0, 4, 128, 255] {
                var changed = options
                changed[position] = value
                if readError(Self.postProcess(changed).bytes) != nil { errors += 1 }
            }
            _ = readError(Self.postProcess(Array(options[..<position])).bytes)
        }
        #expect(errors > options.count)
    }

    @Test("suppression has two outputs, or three in its soft form")
    func suppression() throws {
        let one = TestTensor([], content: [0, 0, 0, 0])
        let count = TestTensor([], TestTensor.int32, content: TestTensor.littleEndian([Int32(7)]))
        let indices = TestTensor([7], TestTensor.int32)
        let valid = TestTensor([], TestTensor.int32)
        let hard: PaddedNonMaxSuppression = try model(
            "NON_MAX_SUPPRESSION_V4", [TestTensor([20, 4]), TestTensor([20]), count, one, one], [indices, valid]
        ).single()
        #expect(!hard.isSoft)
        let soft: PaddedNonMaxSuppression = try model(
            "NON_MAX_SUPPRESSION_V5", [TestTensor([20, 4]), TestTensor([20]), count, one, one, one],
            [indices, TestTensor([7]), valid]
        ).single()
        #expect(soft.isSoft)
    }
}
