using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;
using OpenClaw.Gateway.Core.Channels.Email.Threads;

namespace OpenClaw.Gateway.Core.Channels.Email.Inbound;

/// <summary>What a mail's header says, in the gateway's forms: addresses in lower case, Message-IDs in angle brackets, texts without what nobody sees.</summary>
internal sealed record MailFacts
{
    private const int LongestName = 200;
    private const int LongestSubject = 1_000;
    private const int LongestAddress = 320;
    private const int MostAddresses = 100;
    private const int MostReferences = 60;
    private const int MostHops = 1_000;

    public required MailHead Head { get; init; }

    /// <summary>What it answers, the nearest first.</summary>
    public required IReadOnlyList<string> Answers { get; init; }

    /// <summary>Every address that the mail was sent to, as far as the header says, as written: a thread may stand in one.</summary>
    public required IReadOnlyList<string> SentTo { get; init; }

    public int Hops { get; init; }

    /// <summary>Nobody wrote it, as far as can be seen.</summary>
    public bool HasNoSender => Head.From.Length == 0;

    public static MailFacts Of(MailHeader header)
    {
        ArgumentNullException.ThrowIfNull(header);
        var from = header.From.FirstOrDefault(IsUsable) ?? (header.Sender is { } sender && IsUsable(sender) ? sender : null);
        var references = header.References.Select(Bracketed).ToList();
        var inReplyTo = header.InReplyTo.Select(Bracketed).ToList();
        var (to, cc) = (header.To, header.Cc);
        return new()
        {
            Head = new()
            {
                MessageId = header.MessageId is { Length: > 0 } id ? MailBook.KeyOf(Bracketed(id)) : $"<{HashOf(header)}@no-id.invalid>",
                From = from?.Address.ToLowerInvariant() ?? "",
                FromName = from is null ? null : Clean(from.Name, LongestName),
                ReplyTo = Addresses(header.ReplyTo),
                To = Addresses(to),
                Cc = Addresses(cc),
                Subject = Clean(header.Subject, LongestSubject),
                References = [.. references.Concat(inReplyTo).Distinct(StringComparer.Ordinal).TakeLast(MostReferences)],
                Date = header.Date,
            },
            Answers = [.. inReplyTo.Concat(Enumerable.Reverse(references)).Distinct(StringComparer.Ordinal).Take(MostReferences)],
            SentTo = [.. to.Concat(cc).Concat(header.Addresses("Delivered-To")).Concat(header.Addresses("X-Original-To")).Select(a => a.Address).Where(a => a.Length is > 0 and <= LongestAddress).Distinct(StringComparer.OrdinalIgnoreCase).Take(MostAddresses)],
            Hops = int.TryParse(header.Raw("X-OpenClaw-Hops")?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var hops) ? Math.Clamp(hops, 0, MostHops) : 0,
        };
    }

    /// <summary>One line without control characters, and without those that turn the direction of writing or that nobody sees; null when nothing is left.</summary>
    public static string? Clean(string? text, int longest)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        var clean = new StringBuilder(Math.Min(text.Length, longest));
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length >= longest) break;
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune)) clean.Append(clean.Length > 0 && clean[^1] != ' ' ? " " : "");
            else if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.Format || rune.Value == 0x200D) clean.Append(rune.ToString());
        }

        var line = clean.ToString().Trim();
        return line.Length == 0 ? null : line;
    }

    private static bool IsUsable(MailboxAddress address) => address.Address.Length is > 2 and <= LongestAddress && address.Address.IndexOf('@', StringComparison.Ordinal) > 0;

    private static List<string> Addresses(IReadOnlyList<MailboxAddress> list) =>
        [.. list.Where(IsUsable).Select(a => a.Address.ToLowerInvariant()).Distinct(StringComparer.Ordinal).Take(MostAddresses)];

    private static string Bracketed(string id) => MailBook.KeyOf($"<{id}>");

    /// <summary>Of a mail without an id: its own header, which is the same however often it is fetched.</summary>
    private static string HashOf(MailHeader header)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var field in header.Fields) hash.AppendData(Encoding.UTF8.GetBytes($"{field.Name}:{field.Value}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..40];
    }
}
