using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace OpenClaw.Gateway.Core.Storage;

/// <summary>What dead letters are grouped by.</summary>
internal static partial class LetterFingerprint
{
    private const int Considered = 200;

    /// <summary>
    /// The same for failures of one sort: of the detail, quoted parts do not count, nor whatever has a digit in it (numbers, times, addresses, ids of any make)
    /// or is a long hexadecimal number. The status of an HTTP answer does: it says what sort of failure it is.
    /// </summary>
    public static string Of(string stage, string cause, Guid channel, Guid agent, string detail)
    {
        var sort = Variable().Replace(detail, part => part.Length == 3 && detail.AsSpan(0, part.Index).EndsWith("HTTP ", StringComparison.Ordinal) ? part.Value : "#");
        if (sort.Length > Considered) sort = sort[..Considered];
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{stage}\n{cause}\n{channel}\n{agent}\n{sort}"));
        return Convert.ToHexStringLower(hash.AsSpan(0, 8));
    }

    [GeneratedRegex("""[0-9a-f]{8}-[0-9a-f-]{27}|"[^"]*"|\b\w*\d\w*(?:[.:,/+-]\w*\d\w*)*|\b[0-9a-f]{8,}\b""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Variable();
}
