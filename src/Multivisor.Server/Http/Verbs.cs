namespace Multivisor.Server.Http;

/// <summary>Sets of methods that a route takes.</summary>
internal static class Verbs
{
    /// <summary>What only reads answers HEAD as well: proxies and monitors use it.</summary>
    public static readonly string[] Read = [HttpMethods.Get, HttpMethods.Head];
}
