// Feeds the reader of pipelines' files: any bytes end in an error that names the file, or in a configuration.

import FuzzDriver
import Pipeline

@main enum PipelineFuzz {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            let bytes = UnsafeRawBufferPointer(start: data, count: size)
            do throws(PipelineError) {
                let configuration = try PipelineConfiguration.read(bytes, path: "fuzz.json")
                precondition(!configuration.sources.isEmpty && configuration.path == "fuzz.json")
            } catch {
                precondition(error.description.hasPrefix("fuzz.json"))
            }
            return 0
        }
    }
}
