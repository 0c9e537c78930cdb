namespace Multivisor.EndToEnd.Page.Support;

/// <summary>What somebody looks at the page with. Sizes in CSS pixels.</summary>
public sealed record Device(string Name, int Width, int Height, bool IsTouch = false, bool IsDark = false)
{
    public static Device Desk { get; } = new("desk", 1280, 800);

    public static Device DeskInTheDark { get; } = new("desk-dark", 1280, 800, IsDark: true);

    public static Device Phone { get; } = new("phone", 390, 844, IsTouch: true);

    public static Device PhoneInTheDark { get; } = new("phone-dark", 390, 844, IsTouch: true, IsDark: true);

    /// <param name="name">For the data of tests, which have to be constants.</param>
    public static Device Named(string name) => new[] { Desk, DeskInTheDark, Phone, PhoneInTheDark }.Single(device => device.Name == name);

    public override string ToString() => Name;
}
