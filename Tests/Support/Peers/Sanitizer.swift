// Whether tests run under a sanitizer.
import Glibc

/// The address and thread sanitizers keep memory and files of their own, in the programs under test too.
public enum Sanitizer {
    public static let isOn = dlsym(nil, "__asan_init") != nil || dlsym(nil, "__tsan_init") != nil
}
