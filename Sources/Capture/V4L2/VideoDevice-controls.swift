// The settings of a V4L2 device.
import CV4L2
import Glibc

extension VideoDevice {
    private static let mostControls = 1000

    /// All settings with a number; those of text, arrays and compound types are left out.
    func controls() throws(CaptureError) -> [Control] {
        var controls: [Control] = []
        var id = UInt32(V4L2_CTRL_FLAG_NEXT_CTRL)
        while controls.count < Self.mostControls {
            var query = v4l2_query_ext_ctrl()
            query.id = id
            guard try ask(UInt(ARETE_QUERY_EXT_CTRL), &query, "VIDIOC_QUERY_EXT_CTRL") else { break }
            let next = query.id | UInt32(V4L2_CTRL_FLAG_NEXT_CTRL)
            // A driver that does not go on would be asked for ever.
            guard next > id else { break }
            id = next
            guard query.flags & UInt32(V4L2_CTRL_FLAG_DISABLED) == 0, query.elems <= 1,
                let kind = try kind(of: query), query.minimum <= query.maximum
            else { continue }
            controls.append(
                Control(
                    id: query.id, name: Self.name(text(of: query.name)), kind: kind,
                    range: query.minimum...query.maximum, step: query.step, standard: query.default_value,
                    value: kind == .button ? nil : try? value(of: query),
                    isReadOnly: query.flags & UInt32(V4L2_CTRL_FLAG_READ_ONLY) != 0,
                    isInactive: query.flags & UInt32(V4L2_CTRL_FLAG_INACTIVE) != 0,
                    isWide: query.type == V4L2_CTRL_TYPE_INTEGER64.rawValue))
        }
        return controls
    }

    /// Sets one setting. What the camera makes of the value (rounded to its steps) is in its own list afterwards.
    func set(_ control: Control, to value: Int64) throws(CaptureError) {
        guard control.kind == .button || control.range.contains(value) else {
            let range = "\(control.range.lowerBound) to \(control.range.upperBound)"
            throw .unsupported(path, reason: "\(control.name) takes \(range), not \(value)")
        }
        guard !control.isReadOnly else { throw .unsupported(path, reason: "\(control.name) cannot be set") }
        try exchange(UInt(ARETE_S_EXT_CTRLS), control.id, "setting \(control.name)") { setting in
            if control.isWide { setting.value64 = value } else { setting.value = Int32(truncatingIfNeeded: value) }
        }
    }

    private func value(of query: v4l2_query_ext_ctrl) throws(CaptureError) -> Int64 {
        var value: Int64 = 0
        try exchange(UInt(ARETE_G_EXT_CTRLS), query.id, "VIDIOC_G_EXT_CTRLS") { _ in
        } after: { setting in
            switch v4l2_ctrl_type(rawValue: query.type) {
            case V4L2_CTRL_TYPE_INTEGER64: value = setting.value64
            case V4L2_CTRL_TYPE_BITMASK: value = Int64(UInt32(bitPattern: setting.value))
            default: value = Int64(setting.value)
            }
        }
        return value
    }

    private func exchange(
        _ request: UInt, _ id: UInt32, _ name: String, before: (inout v4l2_ext_control) -> Void,
        after: (v4l2_ext_control) -> Void = { _ in }
    ) throws(CaptureError) {
        var setting = v4l2_ext_control()
        setting.id = id
        before(&setting)
        let failed: Int32? = withUnsafeMutablePointer(to: &setting) { pointer in
            var list = v4l2_ext_controls()
            list.which = UInt32(V4L2_CTRL_WHICH_CUR_VAL)
            list.count = 1
            list.controls = pointer
            return call(request, &list) == 0 ? nil : errno
        }
        if let failed { throw .of(path, name, failed) }
        after(setting)
    }

    private func kind(of query: v4l2_query_ext_ctrl) throws(CaptureError) -> Control.Kind? {
        switch v4l2_ctrl_type(rawValue: query.type) {
        case V4L2_CTRL_TYPE_INTEGER, V4L2_CTRL_TYPE_INTEGER64: .integer
        case V4L2_CTRL_TYPE_BOOLEAN: .boolean
        case V4L2_CTRL_TYPE_BUTTON: .button
        case V4L2_CTRL_TYPE_BITMASK: .bitmask
        case V4L2_CTRL_TYPE_MENU, V4L2_CTRL_TYPE_INTEGER_MENU: .menu(try choices(of: query))
        default: nil
        }
    }

    private func choices(of query: v4l2_query_ext_ctrl) throws(CaptureError) -> [Int64: String] {
        var choices: [Int64: String] = [:]
        guard query.maximum >= query.minimum, query.maximum - query.minimum < 1000 else { return choices }
        for index in query.minimum...query.maximum where index >= 0 {
            var entry = v4l2_querymenu()
            entry.id = query.id
            entry.index = UInt32(truncatingIfNeeded: index)
            // Menus may have gaps.
            guard try ask(UInt(ARETE_QUERYMENU), &entry, "VIDIOC_QUERYMENU") else { continue }
            choices[index] =
                query.type == V4L2_CTRL_TYPE_INTEGER_MENU.rawValue ? "\(entry.value)" : text(of: entry.name)
        }
        return choices
    }

    /// "Exposure Time, Absolute" becomes `exposure_time_absolute`.
    private static func name(_ title: String) -> String {
        var words: [String] = [""]
        for character in title.lowercased().unicodeScalars {
            let isWord = ("a"..."z").contains(character) || ("0"..."9").contains(character)
            if isWord { words[words.count - 1].unicodeScalars.append(character) } else { words.append("") }
        }
        return words.filter { !$0.isEmpty }.joined(separator: "_")
    }
}
