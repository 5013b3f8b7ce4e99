using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Agents;

/// <summary>Writes what agents are asked as JSON (contract: agents.md, Request).</summary>
internal sealed class RequestWriter(IFileLinks links)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the request; <paramref name="type"/> goes first where the transport tells its frames apart by it.</summary>
    public void Write(IBufferWriter<byte> output, AgentRequest request, string? type = null)
    {
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        if (type is not null) json.WriteString("type"u8, type);
        json.WriteString("id"u8, request.Id);
        json.WriteNumber("attempt"u8, request.Attempt);
        json.WriteNumber("replay"u8, request.Replay);
        json.WriteString("tenant"u8, request.Agent.Tenant.Slug);
        json.WriteString("agent"u8, request.Agent.Name);
        WriteChannel(json, request.Channel);
        WriteSession(json, request);
        WriteUser(json, request.Address);
        WriteMessage(json, request);
        WriteHistory(json, request.History());
        json.WriteEndObject();
    }

    private static void WriteChannel(Utf8JsonWriter json, ChannelModel channel)
    {
        json.WriteStartObject("channel"u8);
        json.WriteString("id"u8, channel.Id);
        json.WriteString("kind"u8, channel.Kind);
        json.WriteString("name"u8, channel.Name);
        json.WriteEndObject();
    }

    private static void WriteSession(Utf8JsonWriter json, AgentRequest request)
    {
        json.WriteStartObject("session"u8);
        json.WriteString("id"u8, request.SessionId);
        json.WriteString("conversation"u8, request.Address.Conversation);
        json.WriteString("thread"u8, request.Address.Thread);
        WriteRaw(json, "context"u8, request.Context, "{}"u8);
        WriteRaw(json, "preferences"u8, request.Preferences, "{}"u8);
        WriteRaw(json, "agentSettings"u8, request.AgentSettings, "{}"u8);
        WriteRaw(json, "tools"u8, request.Tools, "[]"u8);
        json.WriteString("note"u8, request.Note);
        if (request.HandedOver is { } handoff)
        {
            json.WriteStartObject("handoff"u8);
            json.WriteString("from"u8, handoff.From);
            json.WriteString("reason"u8, handoff.Reason);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteUser(Utf8JsonWriter json, SessionAddress address)
    {
        json.WriteStartObject("user"u8);
        json.WriteString("id"u8, address.UserId);
        json.WriteString("name"u8, address.UserName);
        json.WriteString("locale"u8, address.Locale);
        json.WriteEndObject();
    }

    private void WriteMessage(Utf8JsonWriter json, AgentRequest request)
    {
        json.WriteStartObject("message"u8);
        json.WriteString("text"u8, request.Text.Bytes.Span);
        json.WriteStartArray("attachments"u8);
        foreach (var attachment in request.Extras?.Attachments ?? []) WriteAttachment(json, request.Agent.Tenant.Id, attachment);
        json.WriteEndArray();
        json.WriteString("button"u8, request.Extras?.Button);
        json.WriteString("at"u8, request.At.UtcDateTime);
        if (request.Extras?.Mail is { } mail) WriteMail(json, mail, request.Address.UserId);
        json.WriteEndObject();
    }

    /// <summary>What a mail has beside its new text.</summary>
    private static void WriteMail(Utf8JsonWriter json, MailDetails mail, string from)
    {
        json.WriteStartObject("mail"u8);
        json.WriteString("subject"u8, mail.Subject);
        json.WriteString("from"u8, from);
        WriteAddresses(json, "to"u8, mail.To);
        WriteAddresses(json, "cc"u8, mail.Cc);
        if (mail.Date is { } date) json.WriteString("date"u8, date);
        else json.WriteNull("date"u8);
        json.WriteString("quoted"u8, mail.Quoted);
        json.WriteEndObject();
    }

    private static void WriteAddresses(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string>? addresses)
    {
        json.WriteStartArray(name);
        foreach (var address in addresses ?? []) json.WriteStringValue(address);
        json.WriteEndArray();
    }

    private void WriteAttachment(Utf8JsonWriter json, Guid tenant, AttachmentRef attachment)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, attachment.Name);
        json.WriteString("contentType"u8, attachment.ContentType);
        json.WriteNumber("size"u8, attachment.Size);
        json.WriteString("url"u8, links.Create(tenant, attachment));
        json.WriteEndObject();
    }

    private static void WriteHistory(Utf8JsonWriter json, IReadOnlyList<HistoryEntry> history)
    {
        json.WriteStartArray("history"u8);
        foreach (var entry in history)
        {
            json.WriteStartObject();
            json.WriteString("role"u8, Role(entry.From));
            json.WriteString("text"u8, entry.Text.Bytes.Span);
            json.WriteString("at"u8, entry.At.UtcDateTime);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRaw(Utf8JsonWriter json, ReadOnlySpan<byte> name, byte[]? value, ReadOnlySpan<byte> otherwise)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value is { Length: > 0 } ? value : otherwise);
    }

    private static ReadOnlySpan<byte> Role(MessageFrom from) => from switch
    {
        MessageFrom.User => "user"u8,
        MessageFrom.Agent => "agent"u8,
        MessageFrom.Operator => "operator"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(from), from, "unknown author"),
    };
}
