using System.Text.RegularExpressions;

namespace OpenClaw.Gateway.Core.Channels.Email.Outbound;

/// <summary>The subject of an answer: that of the mail, with one <c>Re:</c> however many it has, in whatever language.</summary>
internal static partial class AnswerSubject
{
    /// <summary>What stands before the subject of every answer.</summary>
    public const string Prefix = "Re: ";

    private const int Longest = 400;

    public static string Of(string? subject)
    {
        var bare = Prefixes().Replace(subject ?? "", "").Trim();
        if (bare.Length > Longest) bare = bare[..(char.IsHighSurrogate(bare[Longest - 1]) ? Longest - 1 : Longest)];
        return bare.Length == 0 ? Prefix + "your message" : Prefix + bare;
    }

    /// <summary>English and Latin, German, Scandinavian, Finnish, Dutch, Polish, Turkish, French, Italian, Chinese; some programs count them.</summary>
    [GeneratedRegex(@"\A\s*(?:(?:re|aw|antwort|sv|vs|antw|odp|ynt|ref|réf|rif|r|回复|回覆|答复|答覆)(?:\[\d{1,3}\]|\(\d{1,3}\)|\*\d{1,3}|\^\d{1,3})?\s?[:：]\s*)+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Prefixes();
}
