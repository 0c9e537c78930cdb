using System.Text.Json;
using CsCheck;
using Multivisor.Contract;
using Multivisor.Contract.Filter;
using Multivisor.Testing;

namespace Multivisor.Client.Tests.Filter;

/// <summary>The cases that the page's filter is tested with as well: test/Data/filter-cases.json.</summary>
public sealed class ProcessFilterTests
{
    private static readonly JsonElement Shared =
        JsonElement.Parse(File.ReadAllText(Path.Combine(TestData.RepositoryRoot, "test", "Data", "filter-cases.json")));

    private static readonly JsonElement[] Processes = [.. Shared.GetProperty("processes").EnumerateArray()];

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var one in Shared.GetProperty("cases").EnumerateArray())
                cases.Add(one.GetProperty("filter").GetString()!, one.GetProperty("why").GetString()!);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Matches_SharedCase_IsAsWrittenDown(string filter, string why)
    {
        var written = Shared.GetProperty("cases").EnumerateArray().First(c => c.GetProperty("filter").GetString() == filter);
        var expected = written.GetProperty("matches");
        string[] uids = expected.ValueKind == JsonValueKind.String
            ? [.. Processes.Select(p => p.GetProperty("uid").GetString()!)]
            : [.. expected.EnumerateArray().Select(u => u.GetString()!)];

        var parsed = ProcessFilter.Parse(filter);
        var found = Processes.Where(p => parsed.Matches(Subject(p))).Select(p => p.GetProperty("uid").GetString()!);

        Assert.True(uids.SequenceEqual(found), $"{filter} ({why}):\n{string.Join(", ", found)}\ninstead of\n{string.Join(", ", uids)}");
    }

    [Fact]
    public void SharedCases_Filters_AreManyAndDifferent()
    {
        string[] filters = [.. Shared.GetProperty("cases").EnumerateArray().Select(c => c.GetProperty("filter").GetString()!)];
        Assert.True(filters.Length >= 60);
        Assert.Equal(filters.Distinct(StringComparer.Ordinal), filters);
    }

    [Fact]
    public void Parse_AnyWord_NegatedMatchesExactlyTheRest()
    {
        var parts = Gen.OneOf([.. new[] { "-", ":", ",", "*", "?", "\"", "\\", "state:", "is:", "group:", "run", "PLC", "\ud83d", "\ude80", "\0" }.Select(Gen.Const)]);
        Gen.Select(parts, parts.Array[0, 6], (first, rest) => first + string.Concat(rest)).Sample(word =>
        {
            var says = ProcessFilter.Parse(word);
            var denies = ProcessFilter.Parse($"-{word}");
            // A minus before a minus makes the second one text, so that those two are not each other's opposite.
            return says.IsEmpty || word[0] == '-'
                || Array.TrueForAll(Processes, process => says.Matches(Subject(process)) != denies.Matches(Subject(process)));
        });
    }

    [Fact]
    public void Matches_QuotedNameOfAnyKind_FindsThatProcess()
    {
        Gen.String.Where(name => name.AsSpan().IndexOfAny('"', '\u201c', '\u201d') < 0).Sample(name =>
        {
            var process = new ProcessJsonSubject(new ProcessJson { Uid = $"s:g:{name}", Name = name, Group = "g", Supervisor = "s" }, supervisor: null);
            return ProcessFilter.Parse($"name:\"{name}\"").Matches(process)
                && !ProcessFilter.Parse($"-name:\"{name}\"").Matches(process)
                && ProcessFilter.Parse($"\"s:g:{name}\"").Matches(process);
        });
    }

    private static ProcessJsonSubject Subject(JsonElement process)
    {
        var json = process.Deserialize(ContractJson.Wire.ProcessJson)!;
        return new ProcessJsonSubject(json, new SupervisorJson
        {
            Link = process.TryGetProperty("agent", out _) ? new LinkJson { AgentUid = json.Uid } : null,
            Labels = process.TryGetProperty("labels", out var labels)
                ? labels.EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!, StringComparer.Ordinal)
                : null,
        });
    }
}
