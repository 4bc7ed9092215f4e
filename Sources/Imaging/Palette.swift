// Colours that tell classes apart.

/// A fixed order of strong colours, chosen to be seen on grey boards and on colour photographs alike.
public enum Palette {
    private static let colours: [Colour] = [
        Colour(red: 255, green: 64, blue: 64), Colour(red: 0, green: 200, blue: 255),
        Colour(red: 255, green: 208, blue: 0), Colour(red: 64, green: 224, blue: 96),
        Colour(red: 255, green: 96, blue: 224), Colour(red: 255, green: 136, blue: 0),
        Colour(red: 96, green: 128, blue: 255), Colour(red: 0, green: 232, blue: 184),
        Colour(red: 184, green: 96, blue: 255), Colour(red: 184, green: 240, blue: 0),
        Colour(red: 255, green: 144, blue: 144), Colour(red: 0, green: 152, blue: 136),
    ]

    /// The colour of a class; the same class always has the same one, and they repeat after twelve.
    public static func colour(of index: Int) -> Colour {
        let count = colours.count
        return colours[(index % count + count) % count]
    }
}
