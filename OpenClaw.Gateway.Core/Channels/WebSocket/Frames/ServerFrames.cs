using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.WebSocket.Frames;

/// <summary>
/// Builds the server's frames. Every field that the contract names for a type is there, null or empty where it has no value, so
/// that a client needs no second way to say "none".
/// </summary>
internal static class ServerFrames
{
    public static Frame Welcome(Guid session, string user, string resume, long seq, int heartbeatSeconds, int maxMessageBytes)
    {
        var json = FrameWriter.Begin(FrameNames.Welcome);
        json.WriteString(FrameNames.Session, session);
        json.WriteString(FrameNames.User, user);
        json.WriteString(FrameNames.Resume, resume);
        json.WriteNumber(FrameNames.Seq, seq);
        json.WriteNumber(FrameNames.HeartbeatSeconds, heartbeatSeconds);
        json.WriteNumber(FrameNames.MaxMessageBytes, maxMessageBytes);
        return FrameWriter.End();
    }

    public static Frame Ack(string id, in AcceptOutcome outcome)
    {
        var json = FrameWriter.Begin(FrameNames.Ack);
        json.WriteString(FrameNames.Id, id);
        json.WriteString(FrameNames.Message, outcome.MessageId);
        json.WriteNumber(FrameNames.Seq, outcome.Seq);
        json.WriteBoolean(FrameNames.Duplicate, outcome.Duplicate);
        return FrameWriter.End();
    }

    public static Frame UploadAck(string id, bool duplicate)
    {
        var json = FrameWriter.Begin(FrameNames.Ack);
        json.WriteString(FrameNames.Id, id);
        json.WriteBoolean(FrameNames.Duplicate, duplicate);
        return FrameWriter.End();
    }

    public static Frame Typing(bool on)
    {
        var json = FrameWriter.Begin(FrameNames.Typing);
        json.WriteBoolean(FrameNames.On, on);
        return FrameWriter.End();
    }

    public static Frame Delta(Guid reply, int index, Utf8Text text)
    {
        var json = FrameWriter.Begin(FrameNames.Delta);
        json.WriteString(FrameNames.Id, reply);
        json.WriteNumber(FrameNames.Index, index);
        json.WriteString(FrameNames.Text, text.Bytes.Span);
        return FrameWriter.End();
    }

    public static Frame Error(string code, string message, string? id, TimeSpan? retryAfter)
    {
        var json = FrameWriter.Begin(FrameNames.Error);
        json.WriteString(FrameNames.Code, code);
        json.WriteString(FrameNames.Message, message);
        json.WriteString(FrameNames.Id, id);
        if (retryAfter is { } wait) json.WriteNumber(FrameNames.RetryAfterMs, (long)Math.Ceiling(wait.TotalMilliseconds));
        else json.WriteNull(FrameNames.RetryAfterMs);
        return FrameWriter.End();
    }

    public static Frame Bye(string reason)
    {
        var json = FrameWriter.Begin(FrameNames.Bye);
        json.WriteString(FrameNames.Reason, reason);
        return FrameWriter.End();
    }

    /// <param name="entry">What the session holds.</param>
    /// <param name="sessionUserName">The name where the entry's author is the session's user.</param>
    /// <param name="links">Makes the attachments' links, good for an hour from now.</param>
    public static Frame Message(MessageRecord entry, string? sessionUserName, IFileLinks links)
    {
        var json = FrameWriter.Begin(FrameNames.Message);
        json.WriteNumber(FrameNames.Seq, entry.Seq);
        json.WriteString(FrameNames.Id, entry.Id);
        json.WriteString(FrameNames.From, entry.From switch
        {
            MessageFrom.User => FrameNames.User,
            MessageFrom.Operator => FrameNames.Operator,
            _ => FrameNames.Agent,
        });
        json.WriteString(FrameNames.Name, entry.UserName ?? (entry.From == MessageFrom.User && entry.UserId is null ? sessionUserName : null));
        json.WriteString(FrameNames.InReplyTo, entry.InReplyTo?.ExternalId);
        json.WriteString(FrameNames.Text, entry.Text.Bytes.Span);
        WriteAttachments(json, entry, links);
        WriteButtons(json, entry.Extras?.Buttons);
        WriteCard(json, entry.Extras?.Card);
        json.WriteString(FrameNames.At, Micros.ToTime(entry.At).UtcDateTime);
        return FrameWriter.End();
    }

    private static void WriteAttachments(Utf8JsonWriter json, MessageRecord entry, IFileLinks links)
    {
        json.WriteStartArray(FrameNames.Attachments);
        foreach (var attachment in entry.Extras?.Attachments ?? [])
        {
            json.WriteStartObject();
            json.WriteString(FrameNames.Name, attachment.Name);
            json.WriteString(FrameNames.ContentType, attachment.ContentType);
            json.WriteNumber(FrameNames.Size, attachment.Size);
            json.WriteString(FrameNames.Url, links.Create(entry.TenantId, attachment));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteButtons(Utf8JsonWriter json, IReadOnlyList<MessageButton>? buttons)
    {
        json.WriteStartArray(FrameNames.Buttons);
        foreach (var button in buttons ?? [])
        {
            json.WriteStartObject();
            json.WriteString(FrameNames.Text, button.Text);
            json.WriteString(FrameNames.Value, button.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteCard(Utf8JsonWriter json, MessageCard? card)
    {
        if (card is null)
        {
            json.WriteNull(FrameNames.Card);
            return;
        }

        json.WriteStartObject(FrameNames.Card);
        json.WriteString(FrameNames.Title, card.Title);
        json.WriteString(FrameNames.Text, card.Text);
        json.WriteStartArray(FrameNames.Fields);
        foreach (var field in card.Fields ?? [])
        {
            json.WriteStartObject();
            json.WriteString(FrameNames.Name, field.Name);
            json.WriteString(FrameNames.Value, field.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString(FrameNames.ImageUrl, card.ImageUrl);
        json.WriteEndObject();
    }
}
