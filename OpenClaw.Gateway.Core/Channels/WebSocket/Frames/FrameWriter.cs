using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OpenClaw.Gateway.Core.Channels.WebSocket.Frames;

/// <summary>A text frame ready for the wire, in a rented buffer that goes back when it was sent.</summary>
internal readonly record struct Frame(byte[] Buffer, int Length)
{
    public ReadOnlyMemory<byte> Bytes => Buffer.AsMemory(0, Length);

    public void Return() => ArrayPool<byte>.Shared.Return(Buffer);
}

/// <summary>One JSON writer per thread over rented buffers: a frame costs no allocation.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as its thread; the writer holds nothing but this.")]
internal sealed class FrameWriter : IBufferWriter<byte>
{
    private const int FirstSize = 1024;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static FrameWriter? _ofThread;

    private readonly Utf8JsonWriter _json;
    private byte[] _buffer = [];
    private int _written;

    private FrameWriter() => _json = new Utf8JsonWriter(this, Options);

    /// <summary>The writer, inside a new object. Between this and <see cref="End"/> the thread begins no other frame.</summary>
    public static Utf8JsonWriter Begin(JsonEncodedText type)
    {
        var writer = _ofThread ??= new FrameWriter();
        writer._written = 0;
        writer._json.Reset(writer);
        writer._json.WriteStartObject();
        writer._json.WriteString(FrameNames.Type, type);
        return writer._json;
    }

    /// <summary>Closes the object begun last on this thread.</summary>
    public static Frame End()
    {
        var writer = _ofThread!;
        writer._json.WriteEndObject();
        writer._json.Flush();
        var frame = new Frame(writer._buffer, writer._written);
        (writer._buffer, writer._written) = ([], 0);
        return frame;
    }

    public void Advance(int count) => _written += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_written);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    private void Reserve(int more)
    {
        if (_buffer.Length - _written >= more) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstSize, Math.Max(_buffer.Length * 2, _written + more)));
        _buffer.AsSpan(0, _written).CopyTo(larger);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
