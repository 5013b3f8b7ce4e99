using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Archive;

/// <summary>Writes one transcript line by line; holds no more of it than one line and a buffer.</summary>
internal sealed class TranscriptWriter : IDisposable
{
    private const int Full = 32 * 1024;
    private static readonly BrotliCompressionOptions Compression = new() { Quality = 4 };

    private readonly HashingStream _file;
    private readonly BrotliStream _packed;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> _buffer = new(Full * 2);
    private readonly Utf8JsonWriter _json;
    private long _lines;
    private long _bytes;

    public TranscriptWriter(Stream file, Session session)
    {
        _file = new(file);
        _packed = new(_file, Compression, leaveOpen: true);
        _json = new(_buffer, new JsonWriterOptions { Encoder = TranscriptFormat.Header.Options.Encoder, SkipValidation = true });
        Line(new(TranscriptFormat.Name, TranscriptFormat.Version, session), TranscriptFormat.Header);
    }

    public void Write(Message message) => Line(message, TranscriptFormat.Message);

    /// <summary>Writes the last line. The file is whole, and not yet flushed to disk.</summary>
    public TranscriptSeal End()
    {
        var messages = _lines - 1;
        Pass();
        Line(new(_lines, Convert.ToHexStringLower(_hash.GetCurrentHash())), TranscriptFormat.Trailer);
        Pass();
        _packed.Dispose();
        return new(messages, _bytes, _file.Length, _file.Hash());
    }

    public void Dispose()
    {
        _packed.Dispose();
        _json.Dispose();
        _file.Dispose();
        _hash.Dispose();
    }

    private void Line<T>(T value, JsonTypeInfo<T> type)
    {
        _json.Reset();
        JsonSerializer.Serialize(_json, value, type);
        _json.Flush();
        _buffer.Write([TranscriptFormat.NewLine]);
        _lines++;
        if (_buffer.WrittenCount >= Full) Pass();
    }

    private void Pass()
    {
        _hash.AppendData(_buffer.WrittenSpan);
        _packed.Write(_buffer.WrittenSpan);
        _bytes += _buffer.WrittenCount;
        _buffer.ResetWrittenCount();
    }
}
