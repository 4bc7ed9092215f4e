import Imaging
import Testing

@testable import Evaluation

@Suite struct CorruptionTests {
    /// A dark square on a light ground, in colour where asked.
    private func picture(format: PixelFormat = .rgb, isGrey: Bool = false) throws -> Image {
        var image = try Image(
            width: 36, height: 24, format: format,
            filledWith: isGrey ? Colour(red: 180, green: 180, blue: 180) : Colour(red: 200, green: 150, blue: 90))
        image.fill(x: 10, y: 6, width: 12, height: 10, colour: Colour(red: 40, green: 40, blue: 40))
        return image
    }

    private func change(_ left: Image, _ right: Image) -> Double {
        let pairs = zip(left.converted(to: .rgb).bytes, right.converted(to: .rgb).bytes)
        return pairs.reduce(0) { $0 + abs(Double($1.0) - Double($1.1)) } / Double(left.width * left.height * 3)
    }

    @Test(
        "every corruption keeps the size, repeats with its seed, and changes more with its strength",
        arguments: Corruption.allCases)
    func strengths(corruption: Corruption) throws {
        for format in [PixelFormat.grey, .rgb] {
            let image = try picture(format: format)
            let changes = try Corruption.strengths.map { strength in
                let harder = try corruption.applied(to: image, strength: strength, seed: 9)
                #expect(harder.width == 36 && harder.height == 24 && harder.format == format)
                #expect(try corruption.applied(to: image, strength: strength, seed: 9) == harder)
                return change(image, harder)
            }
            // Stronger fog has other clouds: the picture may be nearer to what it was.
            let grows = corruption == .fog || changes[4] > changes[0]
            #expect(changes[0] > 0.2 && grows, "\(corruption) \(changes)")
        }
    }

    @Test("chance differs from seed to seed where there is any")
    func seeds() throws {
        let image = try picture()
        for corruption in Corruption.allCases {
            let isSame =
                try corruption.applied(to: image, strength: 3, seed: 1)
                == corruption.applied(to: image, strength: 3, seed: 2)
            #expect(isSame == ![Corruption.noise, .motion, .fog].contains(corruption), "\(corruption)")
        }
    }

    @Test("noise has the deviation of its strength; a grey picture in colour keeps grey noise")
    func noise() throws {
        let flat = try Image(width: 100, height: 100, format: .rgb, filledWith: Colour(red: 128, green: 128, blue: 128))
        let noisy = try Corruption.noise.applied(to: flat, strength: 1, seed: 4)
        #expect(noisy.format == .grey)
        let squares = noisy.bytes.reduce(0.0) { $0 + (Double($1) - 128) * (Double($1) - 128) }
        #expect(abs((squares / 10_000).squareRoot() - 0.08 * 255) < 1)
    }

    @Test("blurs keep what is flat, and the sum of a spot away from the border")
    func blurs() throws {
        let flat = try Image(width: 24, height: 20, format: .grey, filledWith: Colour(red: 90, green: 90, blue: 90))
        #expect(try Corruption.blur.applied(to: flat, strength: 5, seed: 1).bytes.allSatisfy { $0 == 90 })
        #expect(try Corruption.motion.applied(to: flat, strength: 5, seed: 1).bytes.allSatisfy { $0 == 90 })
        var spot = try Image(width: 61, height: 61, format: .grey)
        spot.fill(x: 28, y: 28, width: 5, height: 5, colour: .white)
        var samples = Samples(spot)
        samples.blur(deviation: 2)
        #expect(abs(samples.values.reduce(0, +) - 25) < 1e-3)
        #expect(abs(samples.values[30 * 61 + 25] - samples.values[25 * 61 + 30]) < 1e-6)
        #expect(samples.values[30 * 61 + 25] > 0.05)
        samples = Samples(spot)
        samples.smear(radius: 5, deviation: 3, angle: 0)
        #expect(abs(samples.values.reduce(0, +) - 25) < 1e-3 && samples.values[27 * 61 + 30] == 0)
    }

    @Test("light is added by the value of HSV: hue stays, black becomes grey")
    func brightness() throws {
        let image = try Image(width: 1, height: 1, format: .rgb, filledWith: Colour(red: 102, green: 51, blue: 0))
        #expect(try Corruption.brightness.applied(to: image, strength: 2, seed: 0).bytes == [153, 77, 0])
        let black = try Image(width: 1, height: 1, format: .rgb)
        #expect(try Corruption.brightness.applied(to: black, strength: 2, seed: 0).bytes == [51])
    }

    @Test("fog takes contrast away")
    func fog() throws {
        let image = try picture()
        func distance(_ image: Image) -> Int { Int(image[9, 10]) - Int(image[10, 10]) }
        let distances = try Corruption.strengths.map {
            distance(try Corruption.fog.applied(to: image, strength: $0, seed: 3))
        }
        #expect(distances[0] < distance(image) / 2 && distances[4] < distances[0])
    }

    @Test("a cloud fills 0 to 1 and joins at its borders")
    func cloud() {
        var generator = SeededGenerator(seed: 2)
        let cloud = Cloud(side: 64, decay: 2, &generator).values
        #expect(cloud.min() == 0 && cloud.max() == 1)
        let jump = (0..<64).map { row -> Float in abs(cloud[row * 64] - cloud[row * 64 + 63]) }.max() ?? 1
        #expect(jump < 0.4)
    }

    @Test("the smallest picture survives every corruption", arguments: Corruption.allCases)
    func smallest(corruption: Corruption) throws {
        for format in PixelFormat.allCases {
            let image = try Image(width: 1, height: 1, format: format, filledWith: .white)
            let harder = try corruption.applied(to: image, strength: 9, seed: 0)
            #expect(harder.width == 1 && harder.height == 1)
        }
    }

    @Test("names make a list, each once; an unknown one is an error with a suggestion")
    func names() throws {
        #expect(try Corruption.list(["fog", "noise", "fog"]) == [.fog, .noise])
        #expect(try Corruption.list(["all"]).count == 7 && Corruption.list([]).isEmpty)
        #expect(reason { _ = try Corruption.list(["nose"]) }.contains("(did you mean noise?)"))
    }
}
