// Feeds what comes over a thin link: any bytes end in an error, or in records that can be said again.

import FuzzDriver
import Link

@main enum LinkFuzz {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            let bytes = Array(UnsafeRawBufferPointer(start: data, count: size))
            let payload = Payload(bytes: bytes)
            for record in payload.records { precondition(!record.json.text.isEmpty) }
            // What was read is written so that it reads the same.
            precondition(Payload(bytes: Payload(payload.records).bytes).records == payload.records)
            if let names = try? NameTables(bytes: bytes) {
                precondition((try? NameTables(bytes: names.bytes))?.bytes == names.bytes)
            }
            if let bare = BareWebP.strip(bytes) {
                precondition(BareWebP.file(bare.bytes, width: bare.width, height: bare.height) != nil)
            }
            let text = String(decoding: bytes, as: UTF8.self)
            if let code = try? PairingCode(text: text) { precondition(code.text == text) }
            var opener = PacketOpener()
            precondition((try? opener.open(bytes, at: 0)) == nil)
            return 0
        }
    }
}
