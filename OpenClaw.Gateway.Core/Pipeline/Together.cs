using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <summary>Messages that came while the agent was busy and are given to it as one turn.</summary>
internal static class Together
{
    /// <summary>Messages of one turn.</summary>
    public const int Most = 50;

    /// <summary>Bytes of their texts.</summary>
    public const int MostBytes = 256 << 10;

    private const string Field = "together";

    /// <summary>All of them, oldest first.</summary>
    public static IEnumerable<MessageRecord> All(MessageRecord message) => [.. message.Earlier ?? [], message];

    /// <summary>Their texts, a line each; with the authors' names where there are several.</summary>
    public static Utf8Text Text(SessionRecord session, MessageRecord message)
    {
        var named = All(message).Select(m => Author(session, m)).Distinct(StringComparer.Ordinal).Count() > 1;
        return Utf8Text.From(string.Join('\n', All(message).Select(m => Line(session, m, named)).Where(l => l.Length > 0)));
    }

    /// <summary>Their attachments; all else is the last one's.</summary>
    public static MessageExtras? Extras(MessageRecord message)
    {
        var attachments = All(message).SelectMany(m => m.Extras?.Attachments ?? []).ToList();
        if (attachments.Count == 0) return message.Extras;
        return (message.Extras ?? new()) with { Attachments = attachments };
    }

    /// <summary>Who wrote it.</summary>
    public static string Author(SessionRecord session, MessageRecord message) => message.UserId ?? session.UserId;

    /// <summary>The stored route of one that was given together with that message.</summary>
    public static byte[] Route(MessageRecord last) => JsonSerializer.SerializeToUtf8Bytes(
        new { strategy = RouteStrategies.Static, why = $"It came while the agent was busy, and was given to it together with message {last.Id}, whose answer is its own.", together = last.Id }, RouteStrategies.Json);

    /// <summary>With which message it was given to the agent, as its stored route says; null when alone.</summary>
    public static Guid? LastOf(byte[]? route)
    {
        if (route is null || route.AsSpan().IndexOf("\"together\""u8) < 0) return null;
        using var document = JsonDocument.Parse(route);
        return document.RootElement.TryGetProperty(Field, out var last) && last.TryGetGuid(out var id) ? id : null;
    }

    private static string Line(SessionRecord session, MessageRecord message, bool named)
    {
        var text = message.Text.ToString();
        return named && text.Length > 0 ? $"{message.UserName ?? session.UserName ?? Author(session, message)}: {text}" : text;
    }
}
