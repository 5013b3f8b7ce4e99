using System.Text.Json;
using OpenClaw.Gateway.Core.Administration.Conversations;

namespace OpenClaw.Portal.Components.Pages.Conversations;

/// <summary>What pages say of conversations that go by mail.</summary>
internal static class MailWords
{
    private const int MostNamed = 5;

    /// <summary>What they are about, by the newest of these; null where there is no mail among them, or none has a subject.</summary>
    public static string? Subject(IReadOnlyList<TranscriptEntry> entries) => entries.LastOrDefault(e => e.Message.Mail?.Subject is { Length: > 0 })?.Message.Mail!.Subject;

    /// <summary>The session goes by mail, also where its channel is gone and says no kind.</summary>
    public static bool IsMail(SessionView? session, IReadOnlyList<TranscriptEntry> entries) => session?.ChannelKind == "email" || entries.Any(e => e.Message.Mail is not null);

    /// <summary>Whom an answer to that mail goes to: who wrote it, and with the channel's setting all who got it, but not the channel itself.</summary>
    public static string Recipients(MessageView? mail, UserView user, JsonElement settings)
    {
        var writer = mail?.Author?.Id ?? user.Id;
        var others = mail?.Mail is { } details && Text(settings, "replyTo") == "all"
            ? details.To.Concat(details.Cc).Where(a => !Same(a, writer) && !IsOwn(a, Text(settings, "address"))).Distinct(StringComparer.OrdinalIgnoreCase).ToList() : [];
        if (others.Count == 0) return writer;
        return $"{writer}, with a copy to {string.Join(", ", others.Take(MostNamed))}{(others.Count > MostNamed ? $" and {others.Count - MostNamed} more" : "")}";
    }

    /// <summary>The channel's own address, also with a plus sign and something behind it.</summary>
    private static bool IsOwn(string address, string? own)
    {
        if (own is null) return false;
        if (Same(address, own)) return true;
        var (plus, at, ownAt) = (address.IndexOf('+', StringComparison.Ordinal), address.LastIndexOf('@'), own.LastIndexOf('@'));
        return plus > 0 && at > plus && ownAt > 0 && Same(address[..plus] + address[at..], own);
    }

    private static string? Text(JsonElement settings, string name) =>
        settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
