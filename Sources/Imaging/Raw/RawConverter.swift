// Raw pictures to bytes in colour or grey, resized on the way.

import CPixels

/// Converts pictures of one format to one size: taken apart, resized and coloured row by row, with nothing but a few rows in between.
///
/// Resizing is bilinear between pixel centres with weights of 7 bits: beside sharp edges results may be off by 2, colours by 4, elsewhere by 1;
/// they are the same on every processor. Not for several threads at once.
public final class RawConverter {
    /// How the bytes of the result lie.
    public struct Target: Hashable, Sendable {
        public enum Colour: Hashable, Sendable { case grey, rgb, bgr }

        public var width: Int
        public var height: Int
        public var colour: Colour
        /// Channels one plane after the other, or side by side in each pixel.
        public var isPlanar: Bool
        /// Bytes less 128 in two's complement, for models whose input is int8.
        public var isSigned: Bool

        public init(width: Int, height: Int, colour: Colour, isPlanar: Bool = false, isSigned: Bool = false) {
            self.width = width
            self.height = height
            self.colour = colour
            self.isPlanar = isPlanar
            self.isSigned = isSigned
        }

        var channels: Int { colour == .grey ? 1 : 3 }
    }

    public let format: RawFormat
    public let target: Target
    private var plan: arete_camera_plan
    private let columns: [[arete_column_group]]
    private let rows: [[arete_bilinear_tap]]
    private let scratch: UnsafeMutableRawPointer
    private let kernels: UnsafePointer<arete_camera_rows>

    /// `nil` where the picture is squeezed by more than some four to one, or too narrow: read it at its own size and resize that.
    ///
    /// - Throws: `ImageError.invalidSize` for a target without pixels, or beyond `ImageLimits`.
    public convenience init?(_ format: RawFormat, to target: Target) throws(ImageError) {
        try self.init(format, to: target, kernels: arete_camera_rows_best())
    }

    /// With the row kernels of one instruction set.
    init?(
        _ format: RawFormat, to target: Target, kernels: UnsafePointer<arete_camera_rows>
    ) throws(ImageError) {
        try ImageLimits().check(width: target.width, height: target.height)
        self.format = format
        self.target = target
        self.kernels = kernels
        var plan = arete_camera_plan(format, target)
        var columns: [[arete_column_group]] = []
        var rows: [[arete_bilinear_tap]] = []
        let keepsSize = target.width == format.width && target.height == format.height
        plan.keeps_size = keepsSize ? 1 : 0
        for (group, shared) in [(across: 1, down: 1), (across: format.sharedAcross, down: format.sharedDown)]
            .enumerated()
        {
            let (width, height) = (format.width / shared.across, format.height / shared.down)
            columns.append([])
            rows.append([])
            if width == 2 * target.width, height == 2 * target.height {
                withUnsafeMutableBytes(of: &plan.halves) { $0.bindMemory(to: Int32.self)[group] = 1 }
                continue
            }
            if !keepsSize, width != target.width {
                guard let groups = Self.groups(width, target.width) else { return nil }
                columns[group] = groups.columns
                withUnsafeMutableBytes(of: &plan.columns_are_near) {
                    $0.bindMemory(to: Int32.self)[group] = groups.areNear ? 1 : 0
                }
            }
            if !keepsSize, height != target.height {
                rows[group] = Self.taps(height, target.height, keepsWeights: true)
            }
        }
        self.plan = plan
        self.columns = columns
        self.rows = rows
        scratch = .allocate(byteCount: withUnsafePointer(to: &plan) { arete_camera_scratch($0) }, alignment: 64)
    }

    deinit { scratch.deallocate() }

    /// The range of words that becomes 0...255: what lies below becomes 0, what lies above 255; a range of fewer than 256 values is not
    /// stretched. `nil`, and at first: all that the format's bits hold.
    public func setRange(_ range: ClosedRange<UInt16>?) {
        plan.low = range?.lowerBound ?? 0
        guard let range else {
            plan.scale = format.wordScale
            return
        }
        // The highest value becomes 255.5, so that it is not cut to 254.
        plan.scale = UInt16(min(255.5 * 65536 / max(Double(range.upperBound) - Double(range.lowerBound), 1), 65535))
    }

    /// Converts one picture of this converter's format.
    ///
    /// - Parameters:
    ///   - output: the first byte of the result.
    ///   - stride: bytes from row to row of the result.
    ///   - planeStride: bytes from plane to plane, where it is planar.
    /// Complexity: O(source + target pixels).
    public func convert(
        _ picture: RawPicture, to output: UnsafeMutablePointer<UInt8>, stride: Int, planeStride: Int = 0
    ) {
        precondition(picture.format == format)
        var source = arete_camera_picture()
        for (index, plane) in picture.planes.enumerated() { source.set(index, plane.start, plane.stride) }
        if format.layout == .yv12 {
            source.set(1, picture.planes[2].start, picture.planes[2].stride)
            source.set(2, picture.planes[1].start, picture.planes[1].stride)
        }
        var result = arete_camera_target()
        result.planes = (output, output + planeStride, output + 2 * planeStride)
        result.stride = stride
        result.is_interleaved = target.isPlanar ? 0 : 1
        result.is_blue_first = target.colour == .bgr ? 1 : 0
        result.flip = target.isSigned ? 128 : 0
        withTables {
            arete_camera_convert(kernels, $0, &source, 0, target.height, &result, scratch)
        }
    }

    /// Converts one picture to packed rows, plane after plane where the target is planar.
    public func bytes(of picture: RawPicture) -> [UInt8] {
        let count = target.width * target.height
        return [UInt8](unsafeUninitializedCapacity: count * target.channels) { buffer, filled in
            guard let base = buffer.baseAddress else { return }
            convert(
                picture, to: base, stride: target.width * (target.isPlanar ? 1 : target.channels), planeStride: count)
            filled = count * target.channels
        }
    }

    /// The plan with the tables that it points to, which live as long as `body`.
    private func withTables(_ body: (UnsafePointer<arete_camera_plan>) -> Void) {
        func base<T>(_ buffer: UnsafeBufferPointer<T>) -> UnsafePointer<T>? {
            buffer.isEmpty ? nil : buffer.baseAddress
        }
        columns[0].withUnsafeBufferPointer { mainColumns in
            columns[1].withUnsafeBufferPointer { chromaColumns in
                rows[0].withUnsafeBufferPointer { mainRows in
                    rows[1].withUnsafeBufferPointer { chromaRows in
                        plan.columns = (base(mainColumns), base(chromaColumns))
                        plan.rows = (base(mainRows), base(chromaRows))
                        body(&plan)
                    }
                }
            }
        }
    }

    private static func taps(_ length: Int, _ count: Int, keepsWeights: Bool) -> [arete_bilinear_tap] {
        [arete_bilinear_tap](unsafeUninitializedCapacity: count) { buffer, filled in
            arete_bilinear_taps(length, count, keepsWeights ? 1 : 0, buffer.baseAddress)
            filled = count
        }
    }

    private static func groups(_ length: Int, _ count: Int) -> (columns: [arete_column_group], areNear: Bool)? {
        let taps = taps(length, count, keepsWeights: false)
        var groups = [arete_column_group](repeating: arete_column_group(), count: (count + 7) / 8)
        let answer = arete_column_groups(taps, count, length, &groups)
        return answer == 0 ? nil : (groups, answer == 2)
    }
}

extension RawFormat {
    /// 1/65536 by which words are multiplied to have 8 bits.
    fileprivate var wordScale: UInt16 {
        if case .words(let bits) = layout { return UInt16(1 << (24 - bits)) }
        return 0
    }
}

extension arete_camera_plan {
    fileprivate init(_ format: RawFormat, _ target: RawConverter.Target) {
        self.init()
        width = format.width
        height = format.height
        chroma_across = format.sharedAcross
        chroma_down = format.sharedDown
        has_colour = target.colour == .grey ? 0 : 1
        is_yuv = format.isYUV ? 1 : 0
        matrix = arete_yuv_matrix(format.matrix)
        target_width = target.width
        target_height = target.height
        switch format.layout {
        case .grey: layout = ARETE_CAMERA_GREY
        case .words:
            layout = ARETE_CAMERA_WORDS
            scale = format.wordScale
        case .rgb: layout = ARETE_CAMERA_RGB
        case .bgr:
            layout = ARETE_CAMERA_RGB
            is_swapped = 1
        case .yuyv: layout = ARETE_CAMERA_YUYV
        case .yvyu:
            layout = ARETE_CAMERA_YUYV
            is_swapped = 1
        case .uyvy: layout = ARETE_CAMERA_UYVY
        case .nv12, .nv16, .nv24: layout = ARETE_CAMERA_PAIRS
        case .nv21, .nv61, .nv42:
            layout = ARETE_CAMERA_PAIRS
            is_swapped = 1
        case .yu12, .yv12, .yuv422, .yuv444: layout = ARETE_CAMERA_PLANES
        }
    }
}

extension arete_camera_picture {
    fileprivate mutating func set(_ plane: Int, _ start: UnsafePointer<UInt8>, _ stride: Int) {
        withUnsafeMutableBytes(of: &planes) { $0.bindMemory(to: UnsafePointer<UInt8>?.self)[plane] = start }
        withUnsafeMutableBytes(of: &strides) { $0.bindMemory(to: Int.self)[plane] = stride }
    }
}

extension arete_yuv_matrix {
    fileprivate init(_ matrix: YUVMatrix) {
        let (red, blue) = matrix.standard.shares
        let green = 1 - red - blue
        let spread = matrix.isFullRange ? 1 : 255.0 / 224
        func fixed(_ value: Double) -> Int16 { Int16((value * 4096).rounded()) }
        self.init(
            luma_offset: matrix.isFullRange ? 0 : 16,
            luma: Int16(((matrix.isFullRange ? 1 : 255.0 / 219) * 8192).rounded()),
            red_cr: fixed(2 * (1 - red) * spread), green_cb: fixed(2 * blue * (1 - blue) / green * spread),
            green_cr: fixed(2 * red * (1 - red) / green * spread), blue_cb: fixed(2 * (1 - blue) * spread))
    }
}
