using System.Diagnostics.CodeAnalysis;

namespace Multivisor.Server.Http;

/// <summary>Reads the form of an action: urlencoded or multipart.</summary>
internal static class Form
{
    /// <summary>The value of a required field, or the 400 that says what is missing.</summary>
    public static async Task<FormField> ReadFieldAsync(HttpRequest request, string name)
    {
        var form = await ReadAsync(request);
        if (form is null)
            return new FormField(null, Answers.Message(StatusCodes.Status400BadRequest, $"send a form with the field '{name}' (application/x-www-form-urlencoded or multipart/form-data)"));
        // A field that comes several times means the same as a list.
        var value = form.TryGetValue(name, out var values) ? string.Join(',', values.ToArray()) : "";
        return value.AsSpan().Trim(" \t\r\n,").IsEmpty
            ? new FormField(null, Answers.Message(StatusCodes.Status400BadRequest, $"the form field '{name}' is missing or empty"))
            : new FormField(value, null);
    }

    /// <summary>
    /// A yes or no from the query or the form. Empty for no; anything that is neither is refused, lest a request that was meant
    /// to ask only is carried out.
    /// </summary>
    public static async Task<FormField> ReadFlagAsync(HttpRequest request, string name)
    {
        var text = request.Query[name].ToString();
        if (text.Length == 0 && await ReadAsync(request) is { } form)
            text = form[name].ToString();
        return text.ToUpperInvariant() switch
        {
            "1" or "TRUE" => new FormField("1", null),
            "" or "0" or "FALSE" => new FormField("", null),
            _ => new FormField(null, Answers.Message(StatusCodes.Status400BadRequest, $"'{name}' is 1 or 0, not '{text}'")),
        };
    }

    /// <summary>Null when the request has no form.</summary>
    /// <exception cref="BadHttpRequestException">The form cannot be read.</exception>
    public static async Task<IFormCollection?> ReadAsync(HttpRequest request)
    {
        if (!request.HasFormContentType)
            return null;
        try
        {
            return await request.ReadFormAsync(request.HttpContext.RequestAborted);
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw new BadHttpRequestException($"the form cannot be read: {e.Message}", StatusCodes.Status400BadRequest, e);
        }
    }
}

/// <summary>Either a value or the answer that refuses the request.</summary>
internal readonly record struct FormField(string? Value, IResult? Refusal)
{
    [MemberNotNullWhen(true, nameof(Refusal))]
    [MemberNotNullWhen(false, nameof(Value))]
    public bool IsRefused => Refusal is not null;
}
