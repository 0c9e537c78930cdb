using System.Text;
using System.Text.RegularExpressions;

namespace Multivisor.Cli.Commands;

/// <summary>
/// A uid, or a pattern of uids, by the server's rules for actions: <c>*</c>, <c>?</c>, <c>[seq]</c>, <c>[!seq]</c>; with neither a colon nor a
/// <c>*</c> it is the name of a process on any supervisor.
/// </summary>
internal sealed class UidPattern
{
    private readonly Regex _regex;

    /// <param name="isWholeUid">Every pattern is about the uid, as the original's <c>status</c> has it.</param>
    public UidPattern(string pattern, bool isWholeUid = false)
    {
        var whole = isWholeUid || pattern.AsSpan().ContainsAny(':', '*') ? pattern : $"*:{pattern}";
        // Without backtracking, so that no pattern takes long.
        _regex = new Regex(Translate(whole), RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant, Regex.InfiniteMatchTimeout);
    }

    public bool Matches(string uid) => _regex.IsMatch(uid);

    public static Func<string, bool> Any(IEnumerable<string> patterns)
    {
        UidPattern[] all = [.. patterns.SelectMany(p => p.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Select(p => new UidPattern(p))];
        return uid => Array.Exists(all, pattern => pattern.Matches(uid));
    }

    private static string Translate(string glob)
    {
        var regex = new StringBuilder("\\A");
        for (var i = 0; i < glob.Length; i++)
        {
            var end = glob[i] == '[' ? glob.IndexOf(']', Math.Min(glob.Length, i + (Negated(glob, i) ? 3 : 2))) : -1;
            if (glob[i] == '*')
                regex.Append(".*");
            else if (glob[i] == '?')
                regex.Append('.');
            else if (end > 0)
            {
                var start = Negated(glob, i) ? i + 2 : i + 1;
                regex.Append(Negated(glob, i) ? "[^" : "[").Append(Members(glob[start..end])).Append(']');
                i = end;
            }
            else
                regex.Append(Regex.Escape(glob[i].ToString()));
        }

        return regex.Append("\\z").ToString();
    }

    private static bool Negated(string glob, int bracket) => bracket + 1 < glob.Length && glob[bracket + 1] == '!';

    private static string Members(string members)
    {
        var escaped = new StringBuilder();
        for (var i = 0; i < members.Length; i++)
        {
            var isRange = i + 2 < members.Length && members[i + 1] == '-' && members[i] <= members[i + 2];
            escaped.Append(Escape(members[i]));
            if (!isRange)
                continue;
            escaped.Append('-').Append(Escape(members[i + 2]));
            i += 2;
        }

        return escaped.ToString();
    }

    private static string Escape(char member) => member is '\\' or ']' or '[' or '^' or '-' ? $"\\{member}" : member.ToString();
}
