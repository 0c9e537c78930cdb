namespace Multivisor.Contract.Filter;

/// <summary>
/// The filter that the page, the API and the command line share (docs/filter.md). Every text is a filter. Immutable.
/// </summary>
public sealed class ProcessFilter
{
    private readonly FilterTerm[] _terms;

    private ProcessFilter(FilterTerm[] terms) => _terms = terms;

    /// <summary>Says nothing, so everything matches.</summary>
    public bool IsEmpty => _terms.Length == 0;

    public static ProcessFilter Parse(string text) =>
        new([.. FilterWords.Read(FilterSubject.Fold(text)).Select(FilterTerm.Of).OfType<FilterTerm>()]);

    public bool Matches(FilterSubject process) => Array.TrueForAll(_terms, term => term.Matches(process));
}
