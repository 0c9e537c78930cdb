using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Multivisor.Server.Http;

/// <summary>What a client says that it has already.</summary>
internal static class EntityTags
{
    /// <summary>It has the version with this tag (RFC 9110, 13.1.2: whether a tag is weak makes no difference).</summary>
    /// <param name="tag">With its quotation marks, without <c>W/</c>.</param>
    public static bool IsKnown(HttpRequest request, string tag)
    {
        var known = request.Headers.IfNoneMatch;
        return !StringValues.IsNullOrEmpty(known)
            && EntityTagHeaderValue.TryParseList(known, out var tags)
            && tags.Any(t => t.Tag == "*" || t.Tag == tag);
    }
}
