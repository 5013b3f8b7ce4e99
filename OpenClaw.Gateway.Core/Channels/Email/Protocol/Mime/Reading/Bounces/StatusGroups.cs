using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Bounces;

/// <summary>Groups of fields with empty lines between them, as delivery-status and feedback-report have them (RFC 3464 2.1, RFC 5965 3).</summary>
internal static class StatusGroups
{
    private const int MostGroups = 1000;

    public static IReadOnlyList<MailHeader> Parse(string text)
    {
        List<MailHeader> groups = [];
        List<HeaderField> fields = [];
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan()[range].TrimEnd();
            if (line.IsEmpty)
            {
                if (!Close(groups, ref fields)) break;
            }
            else if (line[0] is ' ' or '\t' && fields.Count > 0) fields[^1] = fields[^1] with { Value = Joined(fields[^1].Value, line.Trim()) };
            else if (line.IndexOf(':') is var colon and > 0 && line[..colon].IndexOfAny(" <>") < 0) fields.Add(new(line[..colon].ToString(), line[(colon + 1)..].Trim().ToString()));
        }

        Close(groups, ref fields);
        return groups;
    }

    private static bool Close(List<MailHeader> groups, ref List<HeaderField> fields)
    {
        if (fields.Count == 0) return true;
        groups.Add(new(fields));
        fields = [];
        return groups.Count < MostGroups;
    }

    private static string Joined(string value, ReadOnlySpan<char> more) => value.Length > 16_384 ? value : $"{value} {more}";
}
