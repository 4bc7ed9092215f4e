import Testing

@testable import JSON

@Suite struct JSONWriterTests {
    @Test("a document is written on one line, members in their order")
    func oneLine() {
        let value: JSONValue = [
            "image": "a.jpg", "width": 640, "ms": 4.2, "ok": true, "none": nil, "box": ["y": 2, "x": 1], "e": [],
        ]
        #expect(
            value.text
                == #"{"image": "a.jpg", "width": 640, "ms": 4.2, "ok": true, "none": null, "box": {"y": 2, "x": 1}, "e": []}"#
        )
    }

    @Test("indented text breaks objects and arrays of objects, not arrays of plain values")
    func indented() {
        let value: JSONValue = ["shape": [1, 2, 3], "list": [["a": 1]], "empty": [:]]
        #expect(
            value.indentedText == """
                {
                  "shape": [1, 2, 3],
                  "list": [
                    {
                      "a": 1
                    }
                  ],
                  "empty": {}
                }
                """)
    }

    @Test("numbers are as short as they can be and read back the same")
    func numbers() throws {
        #expect(JSONValue(Float(0.91)).text == "0.91")
        #expect(JSONValue(4.0).text == "4")
        #expect(JSONValue(Double.nan).text == "null" && JSONValue(-Double.infinity).text == "null")
        for number in [0.1, 1e-7, 1.5e300, Double.leastNonzeroMagnitude, 1 / 3.0, 123456789.123, -0.0, 1e16, 0x1p53] {
            let text = JSONValue(number).text
            let again = try JSONReader.read(text, source: "x")
            switch again.content {
            case .number(let read): #expect(read == number && read.sign == number.sign)
            case .integer(let read): #expect(Double(read) == number)
            default: Issue.record("\(text) is no number")
            }
        }
    }

    @Test("strings are escaped where JSON or a line-wise reader needs it, and nowhere else")
    func strings() throws {
        let string = "a\"b\\c\n\r\t\u{1}\u{7f}\u{2028}é😀/"
        #expect(JSONValue(string).text == #""a\"b\\c\n\r\t\u0001\u007f\u2028é😀/""#)
        #expect(try JSONReader.read(JSONValue(string).text, source: "x") == JSONValue(string))
    }
}
