using System.Buffers;
using System.ClientModel.Primitives;
using System.Text.Encodings.Web;
using System.Text.Json;
using OpenAI.Chat;

namespace OpenClaw.Gateway.Core.Agents.OpenAi;

/// <summary>Writes the request of one turn. Messages and tools in the OpenAI package's own form, the rest as the agent is set.</summary>
internal sealed class ChatBody(OpenAiSettings settings, Dialect dialect)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>OpenAI has named the bound anew, most others know the old name.</summary>
    private readonly bool _newName = settings.BaseUrl.Host.EndsWith(".openai.com", StringComparison.OrdinalIgnoreCase) || settings.BaseUrl.Host.EndsWith(".azure.com", StringComparison.OrdinalIgnoreCase);

    /// <summary>The body, and what is in it that the server may refuse.</summary>
    public (ReadOnlyMemory<byte> Body, RequestShape Shape) Write(Conversation conversation, IReadOnlyCollection<ChatTool> tools, string model, double? temperature)
    {
        var withTools = tools.Count > 0 && !dialect.NoTools;
        var shape = new RequestShape(!dialect.NoUsage, conversation.HasNames && !dialect.NoNames, conversation.HasImages && !dialect.NoImages && settings.Images == ImageUse.Auto, withTools, settings.MaxTokens is not null && !dialect.OtherMaxTokens, !dialect.NoSystem, !dialect.StrictRoles);
        var body = new ArrayBufferWriter<byte>(4_096);
        using (var json = new Utf8JsonWriter(body, Options))
        {
            json.WriteStartObject();
            json.WriteString("model"u8, model);
            WriteList(json, "messages"u8, conversation.Messages(dialect));
            json.WriteBoolean("stream"u8, value: true);
            if (shape.Usage) WriteUsage(json);
            if (temperature is { } warmth) json.WriteNumber("temperature"u8, warmth);
            if (settings.MaxTokens is { } most) json.WriteNumber(_newName == dialect.OtherMaxTokens ? "max_tokens"u8 : "max_completion_tokens"u8, most);
            if (withTools) WriteList(json, "tools"u8, tools);
            if (settings.Parameters is { } parameters) foreach (var parameter in parameters.EnumerateObject()) parameter.WriteTo(json);
            json.WriteEndObject();
        }

        return (body.WrittenMemory, shape);
    }

    private static void WriteUsage(Utf8JsonWriter json)
    {
        json.WriteStartObject("stream_options"u8);
        json.WriteBoolean("include_usage"u8, value: true);
        json.WriteEndObject();
    }

    private static void WriteList<T>(Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<T> items)
        where T : IJsonModel<T>
    {
        json.WriteStartArray(name);
        foreach (var item in items) item.Write(json, ModelReaderWriterOptions.Json);
        json.WriteEndArray();
    }
}
