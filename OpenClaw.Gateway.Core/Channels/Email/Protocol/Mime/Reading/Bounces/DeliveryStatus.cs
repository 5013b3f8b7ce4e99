using System.Globalization;
using System.Text;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Bounces;

/// <summary>Reads message/delivery-status (RFC 3464 2).</summary>
internal static class DeliveryStatus
{
    private const int MostProse = 32 * 1024;

    /// <summary>The recipients that the groups of fields tell of. <paramref name="prose"/> is asked for what the fields leave open.</summary>
    public static IReadOnlyList<BounceRecipient> Recipients(IReadOnlyList<MailHeader> groups, string prose)
    {
        var lines = (prose.Length > MostProse ? prose[..MostProse] : prose).Split('\n');
        return [.. groups.Where(g => g.Has("Final-Recipient") || g.Has("Original-Recipient")).Select(g => Recipient(g, lines))];
    }

    public static string? Typed(string? value)
    {
        if (value is null) return null;
        var typed = value.IndexOf(';', StringComparison.Ordinal) is var at and >= 0 ? value[(at + 1)..].Trim() : value.Trim();
        return typed.Length == 0 ? null : typed;
    }

    /// <summary>Takes xtext off (RFC 3461 4): +2B is a plus sign.</summary>
    public static string? Plain(string? value)
    {
        if (value is null || !value.Contains('+', StringComparison.Ordinal)) return value;
        StringBuilder plain = new(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '+' && i + 2 < value.Length && IsHex(value[i + 1]) && IsHex(value[i + 2]) && byte.TryParse(value.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var b) && b is > 32 and < 127)
            {
                plain.Append((char)b);
                i += 2;
            }
            else plain.Append(value[i]);
        }

        return plain.ToString();
    }

    private static bool IsHex(char c) => c is >= '0' and <= '9' or >= 'A' and <= 'F';

    private static BounceRecipient Recipient(MailHeader group, string[] prose)
    {
        var original = Address(Plain(Typed(group["Original-Recipient"])));
        var final = Address(Typed(group["Final-Recipient"])) ?? original ?? "";
        var said = Typed(group["Diagnostic-Code"]);
        var status = Diagnostic.StatusField(group["Status"]);
        var action = Action(group["Action"]);
        if ((status is null || status.EndsWith(".0.0", StringComparison.Ordinal)) && Diagnostic.Status(said) is { } better && (status is null || better[0] == status[0])) status = better;
        var heard = said ?? Heard(prose, status);
        var code = Diagnostic.Code(heard);
        return new(final, original, action, status, code, heard, Diagnostic.Judge(action, status, code, heard));
    }

    /// <summary>The line of the prose that has a reply code of the same class.</summary>
    private static string? Heard(string[] prose, string? status)
    {
        if (status is null || status[0] == '2') return null;
        foreach (var line in prose)
        {
            var text = line.TrimStart(' ', '<', '\t');
            if (text.Length is > 4 and < 2000 && text[0] == status[0] && Diagnostic.Code(text) is { } code && text.StartsWith(code.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)) return text.Trim();
        }

        return null;
    }

    private static string? Address(string? value) => value?.Trim('<', '>', ' ') is { Length: > 0 } address ? address : null;

    private static DeliveryAction Action(string? value) => value?.Split([' ', '(', ';'], 2)[0].ToLowerInvariant() switch
    {
        "failed" or "failure" or "undeliverable" => DeliveryAction.Failed,
        "delayed" => DeliveryAction.Delayed,
        "delivered" or "deliverable" => DeliveryAction.Delivered,
        "relayed" => DeliveryAction.Relayed,
        "expanded" => DeliveryAction.Expanded,
        _ => DeliveryAction.Unknown,
    };
}
