using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace OpenClaw.Gateway.Core.Agents.OpenAi;

/// <summary>How long a conversation is, in characters.</summary>
/// <param name="History">What was said before.</param>
/// <param name="Entries">In how many messages.</param>
/// <param name="Fixed">What cannot be left out: the system prompt, the message, the tools and what they gave.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ConversationSize(int History, int Entries, int Fixed)
{
    public int Total => History + Fixed;
}

/// <summary>What a refusal tells of how much would fit.</summary>
internal static partial class ContextRefusal
{
    /// <summary>Characters are no tokens: a tenth less than the numbers say.</summary>
    private const double Reserve = 0.9;

    private const int MostWords = 2_000;

    /// <summary>
    /// The characters of a conversation that is likely to fit: by the server's numbers of tokens where it tells them, else with a quarter of the history.
    /// </summary>
    public static double Fits(ServerError error, ConversationSize size) =>
        Share(error.Words is { Length: > MostWords } words ? words[..MostWords] : error.Words) is { } share ? size.Total * share * Reserve : size.Fixed + (size.History / 4d);

    /// <summary>The limit by what was sent; null when the words do not tell both.</summary>
    private static double? Share(string words)
    {
        var numbers = Numbers().Matches(words).Select(m => Number(m.Value)).Distinct().ToList();
        if (numbers.Count == 0) return null;
        var sent = numbers.Max();
        var named = Limit().Match(words);
        var limit = named.Success ? Number(named.Groups["limit"].Value) : numbers.Count == 2 ? numbers.Min() : sent;
        if (limit <= 0 || limit >= sent) return null;
        // room for the answer was asked for as well, and stays: what is read must shrink by all of what is too much
        var read = Read().Match(words);
        if (!read.Success || Number(read.Groups["read"].Value) is var part && (part <= 0 || part >= sent)) return limit / sent;
        return Math.Max(0, (limit - (sent - part)) / part);
    }

    private static double Number(string text) => double.Parse(text.Replace(",", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>Not those within names (<c>gpt-4o</c>, <c>v1.5</c>) and addresses.</summary>
    [GeneratedRegex(@"(?<![\w.,/-])(\d{1,3}(,\d{3}){1,4}|\d{1,12})(?![\w-]|[.,]\d)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 200)]
    private static partial Regex Numbers();

    [GeneratedRegex(@"(\b(maximum|max|limit|context (length|size|window))\b[^\d]{0,60}?(?<![\w.,/-])|> ?)(?<limit>\d{1,3}(,\d{3}){1,4}|\d{1,12})(?![\w-]|[.,]\d)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 200)]
    private static partial Regex Limit();

    [GeneratedRegex(@"(?<read>\d{1,12}) (tokens )?(in|from|of) (the |your )?(messages|prompt|input)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 200)]
    private static partial Regex Read();
}
