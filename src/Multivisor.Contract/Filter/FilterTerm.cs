namespace Multivisor.Contract.Filter;

/// <summary>One condition of a filter. Its values are alternatives.</summary>
internal sealed class FilterTerm
{
    /// <summary>What a free word with a wildcard may be: the uid, or any whole part of it, or the state.</summary>
    private static readonly FilterField[] Parts = [FilterField.Uid, FilterField.Name, FilterField.Group, FilterField.Supervisor, FilterField.State];

    private readonly bool _negated;
    private readonly FilterField? _field;
    private readonly FilterPattern[] _values;

    private FilterTerm(bool negated, FilterField? field, FilterPattern[] values)
    {
        _negated = negated;
        _field = field;
        _values = values;
    }

    /// <summary>Null when the word says nothing (yet): a lone minus, a key without a value.</summary>
    public static FilterTerm? Of(FilterWord word)
    {
        FilterPattern[] values = word.Key is null ? FreeText(word.Units) : Alternatives(word.Units);
        return values.Length == 0 ? null : new FilterTerm(word.IsNegated, word.Key, values);
    }

    public bool Matches(FilterSubject subject) => _negated != Array.Exists(_values, value => Holds(value, subject));

    private bool Holds(FilterPattern value, FilterSubject subject) => _field switch
    {
        null when value.HasWildcard => Array.Exists(Parts, part => value.Matches(subject[part])) || value.Matches(subject.FullName),
        null => value.IsIn(subject[FilterField.Uid]) || value.IsIn(subject[FilterField.State]),
        FilterField.Is => subject.Words.Any(value.Matches),
        FilterField.Label => subject.Labels.Any(value.Matches),
        { } field when field.IsProse() && !value.IsEmpty => value.IsIn(subject[field]),
        { } field => value.Matches(subject[field]),
    };

    private static FilterPattern[] FreeText(IReadOnlyList<int> units)
    {
        var value = Value(units);
        return value.IsEmpty ? [] : [value];
    }

    /// <summary>An empty alternative is one that is still being typed, unless quotation marks say that it is meant.</summary>
    private static FilterPattern[] Alternatives(IReadOnlyList<int> units)
    {
        var values = new List<FilterPattern>();
        var start = 0;
        for (var i = 0; i <= units.Count; i++)
        {
            if (i < units.Count && units[i] != FilterUnit.Comma)
                continue;
            int[] alternative = [.. units.Skip(start).Take(i - start)];
            if (alternative.Length > 0)
                values.Add(Value(alternative));
            start = i + 1;
        }

        return [.. values];
    }

    private static FilterPattern Value(IReadOnlyList<int> units)
    {
        var value = new List<int>(units.Count);
        foreach (var unit in units)
        {
            if (unit == FilterUnit.Comma)
                value.Add(',');
            else if (unit != FilterUnit.Quote)
                value.Add(unit);
        }

        return new FilterPattern(value);
    }
}
