namespace Multivisor.Contract.Filter;

/// <summary>What a term of a filter can be about (docs/filter.md).</summary>
internal enum FilterField
{
    Uid,
    Name,
    Group,
    Supervisor,
    Host,
    State,
    Pid,
    ExitStatus,
    Description,
    SpawnError,
    Label,

    /// <summary>Not a text but a set of words: <c>running</c>, <c>problem</c> and the like.</summary>
    Is,
}

internal static class FilterFields
{
    /// <summary>The field that a word before a colon names, in any case; null when it names none.</summary>
    public static FilterField? FromKey(string key) => key.ToLowerInvariant() switch
    {
        "uid" => FilterField.Uid,
        "name" => FilterField.Name,
        "group" => FilterField.Group,
        "supervisor" => FilterField.Supervisor,
        "host" => FilterField.Host,
        "state" => FilterField.State,
        "pid" => FilterField.Pid,
        "exitstatus" or "exit" => FilterField.ExitStatus,
        "description" => FilterField.Description,
        "spawnerr" or "error" => FilterField.SpawnError,
        "label" => FilterField.Label,
        "is" => FilterField.Is,
        _ => null,
    };

    /// <summary>Sentences are searched for a part of them; names and numbers are compared whole.</summary>
    public static bool IsProse(this FilterField field) => field is FilterField.Description or FilterField.SpawnError;
}
