namespace Multivisor.Server.Page;

/// <summary>Content types of what a build of the page consists of.</summary>
internal static class PageContentTypes
{
    public static string Of(string path) => System.IO.Path.GetExtension(path) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" or ".mjs" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".txt" => "text/plain; charset=utf-8",
        ".json" or ".map" => "application/json",
        ".webmanifest" => "application/manifest+json",
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        ".webp" => "image/webp",
        ".ico" => "image/x-icon",
        ".woff2" => "font/woff2",
        // Never guessed: with nosniff a browser takes it for what this says, which is nothing that runs.
        _ => "application/octet-stream",
    };
}
