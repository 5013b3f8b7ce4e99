using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace OpenClaw.FakePlatforms.Telegram.Rules;

/// <summary>The limits that the words of the description name: "1-64 bytes", "0-200 characters", "between 1-100".</summary>
/// <param name="Least">At least.</param>
/// <param name="Most">At most.</param>
/// <param name="Unit">bytes, characters, or empty for the value of a number. Null: no limit is named.</param>
internal sealed partial record FieldLimits(long Least, long Most, string? Unit)
{
    private static readonly FieldLimits None = new(0, 0, null);

    /// <summary>Limits "after entities parsing" are not read here: the text must be parsed first.</summary>
    public static FieldLimits In(string description, string[] types)
    {
        if (description.Contains("after entit", StringComparison.Ordinal)) return None;
        var match = types is ["String"] ? TextRange().Match(description) : types is ["Integer"] ? NumberRange().Match(description) : Match.Empty;
        return match.Success ? new(Number(match, "least"), Number(match, "most"), match.Groups["unit"].Value) : None;
    }

    /// <summary>The one value that tells a subtype from its siblings: "must be photo", "always “member”".</summary>
    public static string? ConstantIn(string description) =>
        Constant().Match(description) is { Success: true } match ? match.Groups["value"].Value : null;

    public string? FaultOf(string text)
    {
        if (Unit is not ("bytes" or "characters")) return null;
        var length = Unit is "bytes" ? Encoding.UTF8.GetByteCount(text) : text.Length;
        return length < Least || length > Most ? string.Create(CultureInfo.InvariantCulture, $"has {length} {Unit}, allowed are {Least}-{Most}") : null;
    }

    public string? FaultOf(long number) =>
        Unit is "" && (number < Least || number > Most) ? string.Create(CultureInfo.InvariantCulture, $"is {number}, allowed are {Least}-{Most}") : null;

    private static long Number(Match match, string group) => long.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<least>\d+)-(?<most>\d+) (?<unit>characters|bytes)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TextRange();

    [GeneratedRegex(@"(between |, )(?<least>\d+)-(?<most>\d+)(?<unit>)( are accepted|\.|$)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NumberRange();

    [GeneratedRegex(@"(must be |always [“""])(?<value>[a-z_]+)[”""]?\.?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Constant();
}
