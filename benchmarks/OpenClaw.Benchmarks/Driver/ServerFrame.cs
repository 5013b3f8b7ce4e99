using System.Text.Json;

namespace OpenClaw.Benchmarks.Driver;

/// <summary>What the driver reads of a server's frame (contract: websocket.md). Spans point into the receive buffer.</summary>
internal ref struct ServerFrame
{
    public ReadOnlySpan<byte> Type;
    public ReadOnlySpan<byte> Id;
    public ReadOnlySpan<byte> InReplyTo;
    public ReadOnlySpan<byte> Text;
    public ReadOnlySpan<byte> Session;
    public ReadOnlySpan<byte> Resume;
    public ReadOnlySpan<byte> Code;
    public long Seq;
    public int RetryAfterMs;
    public bool Duplicate;

    /// <summary>Reads the top level; what it does not know is skipped.</summary>
    public static ServerFrame Parse(ReadOnlySpan<byte> json)
    {
        var frame = default(ServerFrame);
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            reader.Read();
            frame.Take(name, ref reader);
            reader.Skip();
        }
        return frame;
    }

    private void Take(ReadOnlySpan<byte> name, ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String: TakeText(name, reader.ValueSpan); break;
            case JsonTokenType.Number when name.SequenceEqual("seq"u8): Seq = reader.GetInt64(); break;
            case JsonTokenType.Number when name.SequenceEqual("retryAfterMs"u8): RetryAfterMs = reader.GetInt32(); break;
            case JsonTokenType.True when name.SequenceEqual("duplicate"u8): Duplicate = true; break;
        }
    }

    private void TakeText(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.SequenceEqual("type"u8)) Type = value;
        else if (name.SequenceEqual("id"u8)) Id = value;
        else if (name.SequenceEqual("inReplyTo"u8)) InReplyTo = value;
        else if (name.SequenceEqual("text"u8)) Text = value;
        else if (name.SequenceEqual("session"u8)) Session = value;
        else if (name.SequenceEqual("resume"u8)) Resume = value;
        else if (name.SequenceEqual("code"u8)) Code = value;
    }
}
