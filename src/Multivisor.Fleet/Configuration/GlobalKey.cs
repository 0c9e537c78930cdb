namespace Multivisor.Fleet.Configuration;

/// <summary>One key of <c>[global]</c>, its own or inherited from <c>[DEFAULT]</c>.</summary>
/// <param name="IsSecret">
/// Never leaves the server: <c>username</c>, <c>password</c>, a name that says so, a value that was put together from one of those, or a setting
/// of the server itself or of its links.
/// </param>
public sealed record GlobalKey(string Name, string Value, bool IsSecret)
{
    public override string ToString() => IsSecret ? Name : $"{Name} = {Value}";
}
