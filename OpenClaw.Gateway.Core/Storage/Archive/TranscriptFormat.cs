using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Archive;

/// <summary>
/// A transcript is JSON lines, Brotli. The first line says what it is and has the session's row, each following one has a message's row, all
/// columns, <c>seq</c> first; the last one says how many lines stand before it and the SHA-256 of their bytes, so that a file which was
/// cut off is recognised without knowing anything else.
/// </summary>
internal static class TranscriptFormat
{
    public const string Name = "openclaw.transcript";
    public const int Version = 1;
    public const byte NewLine = (byte)'\n';

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // read by programs, never put into a page
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { SeqFirst } },
    };

    public static readonly JsonTypeInfo<TranscriptHeader> Header = (JsonTypeInfo<TranscriptHeader>)Json.GetTypeInfo(typeof(TranscriptHeader));
    public static readonly JsonTypeInfo<Message> Message = (JsonTypeInfo<Message>)Json.GetTypeInfo(typeof(Message));
    public static readonly JsonTypeInfo<TranscriptTrailer> Trailer = (JsonTypeInfo<TranscriptTrailer>)Json.GetTypeInfo(typeof(TranscriptTrailer));

    /// <summary>Lines that a reader passes over are not parsed further than that.</summary>
    private static void SeqFirst(JsonTypeInfo info)
    {
        if (info.Type != typeof(Message)) return;
        foreach (var property in info.Properties)
            if (property.Name is "seq") property.Order = -1;
    }
}

/// <summary>The first line.</summary>
internal sealed record TranscriptHeader(string Format, int Version, Session Session);

/// <summary>The last line.</summary>
internal sealed record TranscriptTrailer(long Lines, string Sha256);
