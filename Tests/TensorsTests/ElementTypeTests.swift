import Testing

@testable import Tensors

@Suite struct ElementTypeTests {
    @Test("every element type has a name and a size of its own kind")
    func names() {
        #expect(Set(ElementType.allCases.map(\.description)).count == ElementType.allCases.count)
        #expect(ElementType.float64.byteCount == 8 && ElementType.int4.byteCount == 1)
    }
}
