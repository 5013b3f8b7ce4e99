using System.Text.Encodings.Web;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.A2a.Protocol;

namespace OpenClaw.Gateway.Core.Agents.A2a;

/// <summary>Writes the parameters of calls (a2a.proto as ProtoJSON). Files go out as signed links.</summary>
internal sealed class A2aRequests(IFileLinks links)
{
    /// <summary>Where a message's metadata says how many gateways' answers led to it.</summary>
    public const string HopsKey = "openclaw.hops";

    private const int HistoryWanted = 2;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] Modes = ["text/plain", "text/markdown", "application/json", "image/*", "*/*"];

    /// <summary>How many gateways' answers lead to what is sent.</summary>
    public static int HopsOf(AgentRequest request) => (request.Extras?.Sender?.Hops ?? 0) + 1;

    /// <summary>A message. Its id is the same on every attempt, so that the other side can tell.</summary>
    public byte[] Message(AgentRequest request, A2aEndpoint endpoint, A2aMemory memory, bool returnImmediately) => Write(endpoint, json =>
    {
        json.WriteStartObject("message"u8);
        json.WriteString("messageId"u8, request.Replay == 0 ? request.Id.ToString() : $"{request.Id}-{request.Replay}");
        if (memory.ContextId is { } context) json.WriteString("contextId"u8, context);
        if (memory.TaskId is { } task) json.WriteString("taskId"u8, task);
        json.WriteString("role"u8, "ROLE_USER"u8);
        WriteParts(json, request);
        WriteMetadata(json, request);
        json.WriteEndObject();
        json.WriteStartObject("configuration"u8);
        json.WriteStartArray("acceptedOutputModes"u8);
        foreach (var mode in Modes) json.WriteStringValue(mode);
        json.WriteEndArray();
        json.WriteNumber("historyLength"u8, HistoryWanted);
        if (returnImmediately) json.WriteBoolean("returnImmediately"u8, true);
        json.WriteEndObject();
    });

    /// <summary>The parameters of a call on a task.</summary>
    public static byte[] Task(A2aEndpoint endpoint, string task, bool withHistory) => Write(endpoint, json =>
    {
        json.WriteString("id"u8, task);
        if (withHistory) json.WriteNumber("historyLength"u8, HistoryWanted);
    });

    private void WriteParts(Utf8JsonWriter json, AgentRequest request)
    {
        json.WriteStartArray("parts"u8);
        var text = request.Text.IsEmpty && request.Extras?.Button is { } pressed ? Utf8Text.From(pressed) : request.Text;
        if (!text.IsEmpty)
        {
            json.WriteStartObject();
            json.WriteString("text"u8, text.Bytes.Span);
            json.WriteString("mediaType"u8, "text/plain"u8);
            json.WriteEndObject();
        }

        foreach (var file in request.Extras?.Attachments ?? [])
        {
            json.WriteStartObject();
            json.WriteString("url"u8, links.Create(request.Agent.Tenant.Id, file));
            json.WriteString("filename"u8, file.Name);
            json.WriteString("mediaType"u8, file.ContentType);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteMetadata(Utf8JsonWriter json, AgentRequest request)
    {
        json.WriteStartObject("metadata"u8);
        json.WriteNumber(HopsKey, HopsOf(request));
        if (request.Address.UserName is { } name) json.WriteString("openclaw.user"u8, name);
        if (request.Address.Locale is { } locale) json.WriteString("openclaw.locale"u8, locale);
        if (request.Note is { } note) json.WriteString("openclaw.note"u8, note);
        json.WriteEndObject();
    }

    private static byte[] Write(A2aEndpoint endpoint, Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            if (endpoint.Tenant is { } tenant) json.WriteString("tenant"u8, tenant);
            write(json);
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }
}
