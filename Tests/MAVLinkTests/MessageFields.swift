// Messages' fields under the names that common.xml gives them.
import Foundation

@testable import MAVLink

/// A field's value in JSON: single-precision numbers by their bits, texts and bytes as lists of numbers.
struct FieldValue {
    let json: Any

    init(_ value: some BinaryInteger) { json = value }
    init(_ value: Float) { json = ["f": value.bitPattern] }
    init(_ values: [Float]) { json = ["fs": values.map(\.bitPattern)] }
    init(_ values: [UInt8]) { json = values.map { Int($0) } }
}

protocol NamedFields: MAVLinkMessage {
    static var name: String { get }
    var fields: [String: FieldValue] { get }
}

extension NamedFields {
    var fieldObject: [String: Any] { fields.mapValues(\.json) }
}

extension Attitude: NamedFields {
    static var name: String { "ATTITUDE" }
    var fields: [String: FieldValue] {
        [
            "time_boot_ms": FieldValue(bootMilliseconds), "roll": FieldValue(roll), "pitch": FieldValue(pitch),
            "yaw": FieldValue(yaw), "rollspeed": FieldValue(rollSpeed), "pitchspeed": FieldValue(pitchSpeed),
            "yawspeed": FieldValue(yawSpeed),
        ]
    }
}

extension AttitudeQuaternion: NamedFields {
    static var name: String { "ATTITUDE_QUATERNION" }
    var fields: [String: FieldValue] {
        [
            "time_boot_ms": FieldValue(bootMilliseconds), "q1": FieldValue(w), "q2": FieldValue(x),
            "q3": FieldValue(y), "q4": FieldValue(z), "rollspeed": FieldValue(rollSpeed),
            "pitchspeed": FieldValue(pitchSpeed), "yawspeed": FieldValue(yawSpeed),
            "repr_offset_q": FieldValue(shownOffset),
        ]
    }
}

extension CameraFOVStatus: NamedFields {
    static var name: String { "CAMERA_FOV_STATUS" }
    var fields: [String: FieldValue] {
        [
            "time_boot_ms": FieldValue(bootMilliseconds), "lat_camera": FieldValue(latitude),
            "lon_camera": FieldValue(longitude), "alt_camera": FieldValue(altitude),
            "lat_image": FieldValue(imageLatitude), "lon_image": FieldValue(imageLongitude),
            "alt_image": FieldValue(imageAltitude), "q": FieldValue(orientation), "hfov": FieldValue(horizontalView),
            "vfov": FieldValue(verticalView), "camera_device_id": FieldValue(cameraDevice),
        ]
    }
}

extension CameraInformation: NamedFields {
    static var name: String { "CAMERA_INFORMATION" }
    var fields: [String: FieldValue] {
        [
            "time_boot_ms": FieldValue(bootMilliseconds), "firmware_version": FieldValue(firmware),
            "focal_length": FieldValue(focalLength), "sensor_size_h": FieldValue(sensorWidth),
            "sensor_size_v": FieldValue(sensorHeight), "flags": FieldValue(flags), "resolution_h": FieldValue(width),
            "resolution_v": FieldValue(height), "cam_definition_version": FieldValue(definitionVersion),
            "vendor_name": FieldValue(vendor), "model_name": FieldValue(model), "lens_id": FieldValue(lens),
            "cam_definition_uri": FieldValue(definition), "gimbal_device_id": FieldValue(gimbalDevice),
            "camera_device_id": FieldValue(cameraDevice),
        ]
    }
}

extension CameraTrackingGeoStatus: NamedFields {
    static var name: String { "CAMERA_TRACKING_GEO_STATUS" }
    var fields: [String: FieldValue] {
        [
            "lat": FieldValue(latitude), "lon": FieldValue(longitude), "alt": FieldValue(altitude),
            "h_acc": FieldValue(horizontalAccuracy), "v_acc": FieldValue(verticalAccuracy),
            "vel_n": FieldValue(north), "vel_e": FieldValue(east), "vel_d": FieldValue(down),
            "vel_acc": FieldValue(speedAccuracy), "dist": FieldValue(distance), "hdg": FieldValue(heading),
            "hdg_acc": FieldValue(headingAccuracy), "tracking_status": FieldValue(status),
            "camera_device_id": FieldValue(cameraDevice),
        ]
    }
}

extension CameraTrackingImageStatus: NamedFields {
    static var name: String { "CAMERA_TRACKING_IMAGE_STATUS" }
    var fields: [String: FieldValue] {
        [
            "point_x": FieldValue(pointX), "point_y": FieldValue(pointY), "radius": FieldValue(radius),
            "rec_top_x": FieldValue(left), "rec_top_y": FieldValue(top), "rec_bottom_x": FieldValue(right),
            "rec_bottom_y": FieldValue(bottom), "tracking_status": FieldValue(status),
            "tracking_mode": FieldValue(mode), "target_data": FieldValue(targetData),
            "camera_device_id": FieldValue(cameraDevice),
        ]
    }
}

extension CommandAck: NamedFields {
    static var name: String { "COMMAND_ACK" }
    var fields: [String: FieldValue] {
        [
            "command": FieldValue(command), "result": FieldValue(result), "progress": FieldValue(progress),
            "result_param2": FieldValue(detail), "target_system": FieldValue(targetSystem),
            "target_component": FieldValue(targetComponent),
        ]
    }
}

extension CommandLong: NamedFields {
    static var name: String { "COMMAND_LONG" }
    var fields: [String: FieldValue] {
        [
            "param1": FieldValue(parameters[0]),
            "param2": FieldValue(parameters[1]),
            "param3": FieldValue(parameters[2]),
            "param4": FieldValue(parameters[3]),
            "param5": FieldValue(parameters[4]),
            "param6": FieldValue(parameters[5]),
            "param7": FieldValue(parameters[6]),
            "command": FieldValue(command), "target_system": FieldValue(targetSystem),
            "target_component": FieldValue(targetComponent), "confirmation": FieldValue(confirmation),
        ]
    }
}

extension GPSRawInt: NamedFields {
    static var name: String { "GPS_RAW_INT" }
    var fields: [String: FieldValue] {
        [
            "time_usec": FieldValue(microseconds), "lat": FieldValue(latitude), "lon": FieldValue(longitude),
            "alt": FieldValue(altitude), "eph": FieldValue(horizontalDilution), "epv": FieldValue(verticalDilution),
            "vel": FieldValue(speed), "cog": FieldValue(course), "fix_type": FieldValue(fix),
            "satellites_visible": FieldValue(satellites), "alt_ellipsoid": FieldValue(ellipsoidAltitude),
            "h_acc": FieldValue(horizontalAccuracy), "v_acc": FieldValue(verticalAccuracy),
            "vel_acc": FieldValue(speedAccuracy), "hdg_acc": FieldValue(headingAccuracy), "yaw": FieldValue(yaw),
        ]
    }
}

extension GimbalDeviceAttitudeStatus: NamedFields {
    static var name: String { "GIMBAL_DEVICE_ATTITUDE_STATUS" }
    var fields: [String: FieldValue] {
        [
            "time_boot_ms": FieldValue(bootMilliseconds), "q": FieldValue(orientation),
            "angular_velocity_x": FieldValue(rollSpeed), "angular_velocity_y": FieldValue(pitchSpeed),
            "angular_velocity_z": FieldValue(yawSpeed), "failure_flags": FieldValue(failures),
            "flags": FieldValue(flags), "target_system": FieldValue(targetSystem),
            "target_component": FieldValue(targetComponent), "delta_yaw": FieldValue(deltaYaw),
            "delta_yaw_velocity": FieldValue(deltaYawSpeed), "gimbal_device_id": FieldValue(device),
        ]
    }
}

extension GlobalPositionInt: NamedFields {
    static var name: String { "GLOBAL_POSITION_INT" }
    var fields: [String: FieldValue] {
        [
            "time_boot_ms": FieldValue(bootMilliseconds), "lat": FieldValue(latitude), "lon": FieldValue(longitude),
            "alt": FieldValue(altitude), "relative_alt": FieldValue(relativeAltitude), "vx": FieldValue(north),
            "vy": FieldValue(east), "vz": FieldValue(down), "hdg": FieldValue(heading),
        ]
    }
}

extension Heartbeat: NamedFields {
    static var name: String { "HEARTBEAT" }
    var fields: [String: FieldValue] {
        [
            "custom_mode": FieldValue(customMode), "type": FieldValue(type), "autopilot": FieldValue(autopilot),
            "base_mode": FieldValue(baseMode), "system_status": FieldValue(status),
            "mavlink_version": FieldValue(version),
        ]
    }
}

extension RadioStatus: NamedFields {
    static var name: String { "RADIO_STATUS" }
    var fields: [String: FieldValue] {
        [
            "rxerrors": FieldValue(errors), "fixed": FieldValue(mended), "rssi": FieldValue(strength),
            "remrssi": FieldValue(remoteStrength), "txbuf": FieldValue(room), "noise": FieldValue(noise),
            "remnoise": FieldValue(remoteNoise),
        ]
    }
}

extension StatusText: NamedFields {
    static var name: String { "STATUSTEXT" }
    var fields: [String: FieldValue] {
        [
            "severity": FieldValue(severity), "text": FieldValue(text), "id": FieldValue(number),
            "chunk_seq": FieldValue(piece),
        ]
    }
}

extension SystemTime: NamedFields {
    static var name: String { "SYSTEM_TIME" }
    var fields: [String: FieldValue] {
        [
            "time_unix_usec": FieldValue(unixMicroseconds), "time_boot_ms": FieldValue(bootMilliseconds),
        ]
    }
}

extension TimeSync: NamedFields {
    static var name: String { "TIMESYNC" }
    var fields: [String: FieldValue] {
        [
            "tc1": FieldValue(answered), "ts1": FieldValue(asked),
        ]
    }
}

extension Tunnel: NamedFields {
    static var name: String { "TUNNEL" }
    var fields: [String: FieldValue] {
        [
            "payload_type": FieldValue(payloadType), "target_system": FieldValue(targetSystem),
            "target_component": FieldValue(targetComponent), "payload_length": FieldValue(payloadLength),
            "payload": FieldValue(payload),
        ]
    }
}
