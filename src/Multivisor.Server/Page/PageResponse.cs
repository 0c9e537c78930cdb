using Microsoft.Net.Http.Headers;
using Multivisor.Server.Http;

namespace Multivisor.Server.Page;

/// <summary>Sends a file of the page in the smallest form that the browser takes, or says that it has it already.</summary>
internal static class PageResponse
{
    /// <summary>
    /// Everything from this server and nothing inline: a name of a process that got into the document as markup could still
    /// not run. And nobody may put the page into a frame of his and have its buttons clicked.
    /// </summary>
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "manifest-src 'self'; worker-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    private const string Forever = "public, max-age=31536000, immutable";

    /// <summary>May be kept, must be asked for each time: a new version of the program is a new page at once.</summary>
    private const string AskFirst = "no-cache";

    public static async Task SendAsync(HttpContext context, PageFile file)
    {
        var response = context.Response;
        var variant = Choose(file, context.Request);
        var tag = file.ETagOf(variant);
        Protect(response);
        response.Headers.ETag = tag;
        response.Headers.CacheControl = file.IsImmutable ? Forever : AskFirst;
        if (file.Compressed.Count > 0)
            response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (EntityTags.IsKnown(context.Request, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = file.ContentType;
        response.ContentLength = variant.Bytes.Length;
        if (variant.Coding.Length > 0)
            response.Headers.ContentEncoding = variant.Coding;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.BodyWriter.WriteAsync(variant.Bytes, context.RequestAborted);
    }

    /// <summary>What every answer has that a browser may show as a document of ours.</summary>
    public static void Protect(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        response.Headers.XFrameOptions = "DENY";
        // Addresses of the page hold filters and names of processes: other sites need not learn them.
        response.Headers["Referrer-Policy"] = "same-origin";
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }

    /// <summary>The best of those that are accepted; by default and as the last resort the file as it is.</summary>
    private static PageVariant Choose(PageFile file, HttpRequest request)
    {
        if (file.Compressed.Count == 0)
            return file.Plain;
        var coding = ContentCoding.Choose(request, [.. file.Compressed.Select(variant => variant.Coding)]);
        return file.Compressed.FirstOrDefault(variant => variant.Coding == coding) ?? file.Plain;
    }
}
