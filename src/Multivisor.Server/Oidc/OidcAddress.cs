using Multivisor.Server.Admin;

namespace Multivisor.Server.Oidc;

/// <summary>Addresses as browsers see them.</summary>
internal static class OidcAddress
{
    private const int MaxLength = 2000;

    public static string Whole(HttpContext context, string path) => $"{context.Request.Scheme}://{context.Request.Host}{Local(context, path)}";

    public static string Local(HttpContext context, string path) =>
        context.RequestServices.GetRequiredService<ConfigStore>().Current.Config.Access.BasePath + path;

    /// <summary>An address of our page as somebody asked for it; its beginning for anything that may lead elsewhere.</summary>
    public static string OfThePage(string? wanted) =>
        wanted is { Length: > 0 and <= MaxLength } && wanted[0] == '/' && !wanted.StartsWith("//", StringComparison.Ordinal)
        && !wanted.Any(c => c is '\\' or < '!' or > '~')
            ? wanted
            : "/";
}
