using System.Globalization;
using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

/// <summary>Sets of mails as commands name them: <c>1:3,7</c>.</summary>
internal static class UidSet
{
    /// <summary>Servers take commands of 8,000 bytes at least.</summary>
    private const int MaxLength = 4_000;

    /// <summary>In ascending order, each set short enough for one command and of at most that many mails.</summary>
    public static IEnumerable<string> Of(IEnumerable<uint> uids, int most = int.MaxValue)
    {
        var set = new StringBuilder();
        var count = 0;
        uint first = 0, last = 0;
        foreach (var uid in uids.Distinct().Order())
        {
            if (count > 0 && (count == most || set.Length > MaxLength))
            {
                yield return Close();
                (count, first) = (0, 0);
                set.Clear();
            }

            count++;
            if (first != 0 && uid == last + 1)
            {
                last = uid;
                continue;
            }

            if (first != 0) Append();
            (first, last) = (uid, uid);
        }

        if (count > 0) yield return Close();

        string Close()
        {
            Append();
            return set.ToString();
        }

        void Append()
        {
            if (set.Length > 0) set.Append(',');
            set.Append(CultureInfo.InvariantCulture, $"{first}");
            if (last != first) set.Append(CultureInfo.InvariantCulture, $":{last}");
        }
    }

    /// <summary>What an extended search names (RFC 4731); what cannot be read, and <c>*</c>, is passed over.</summary>
    public static IEnumerable<uint> Expand(string set)
    {
        foreach (var part in set.Split(','))
        {
            var ends = part.Split(':');
            if (ends.Length > 2 || !TryNumber(ends[0], out var a) || !TryNumber(ends[^1], out var b)) continue;
            for (ulong uid = Math.Min(a, b); uid <= Math.Max(a, b); uid++) yield return (uint)uid;
        }
    }

    private static bool TryNumber(string text, out uint number) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
