using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Archive;

/// <summary>
/// Reads a transcript line by line. The file's length and hash are held against what is known of it before anything of it is unpacked, so
/// nothing that somebody else put there is taken apart. Every fault is an <see cref="ArchiveFaultException"/> that names the file.
/// </summary>
internal sealed class TranscriptReader : IDisposable
{
    private const int FirstBuffer = 32 * 1024;
    private const int FileBuffer = 64 * 1024;

    private readonly string _name;
    private readonly TranscriptSeal _seal;
    private readonly Guid _session;
    private readonly BrotliStream _packed;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _buffer = new byte[FirstBuffer];
    private int _start;
    private int _end;
    private long _bytes;
    private long _lines;
    private long _lastSeq = -1;
    private bool _ended;

    private TranscriptReader(Stream file, string name, in TranscriptSeal seal, Guid session)
    {
        (_name, _seal, _session) = (name, seal, session);
        _packed = new(file, CompressionMode.Decompress);
    }

    /// <summary>The session's row as it was when it was archived.</summary>
    public Session Header { get; private set; } = null!;

    /// <summary>Takes the file; the reader disposes it.</summary>
    public static TranscriptReader Open(FileStream? file, string name, in TranscriptSeal seal, Guid session)
    {
        if (file is null) throw new ArchiveFaultException($"The transcript {name} of session {session} is missing.");
        try
        {
            CheckFile(file, name, seal);
            var reader = new TranscriptReader(file, name, seal, session);
            reader.ReadHeader();
            return reader;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The next message with a seq above that one, or null after the last: then the whole transcript was right.</summary>
    public Message? Next(long after = 0)
    {
        while (!_ended)
        {
            var line = NextLine() ?? throw Fault("is cut off");
            if (_lines > _seal.Messages + 1)
            {
                ReadTrailer(line.Span);
                _ended = true;
                break;
            }

            _hash.AppendData(line.Span);
            _hash.AppendData([TranscriptFormat.NewLine]);
            if (SeqOf(line.Span) <= after) continue;
            var message = Parse(line.Span, TranscriptFormat.Message);
            if (message.SessionId != _session || message.TenantId != Header.TenantId) throw Fault("has a message of another session");
            return message;
        }

        return null;
    }

    public void Dispose()
    {
        _packed.Dispose();
        _hash.Dispose();
    }

    private static void CheckFile(FileStream file, string name, in TranscriptSeal seal)
    {
        try
        {
            if (file.Length != seal.FileBytes)
                throw new ArchiveFaultException(string.Create(CultureInfo.InvariantCulture, $"The transcript {name} has {file.Length} bytes instead of {seal.FileBytes}: it was cut off or changed."));
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[(int)Math.Clamp(seal.FileBytes, 1, FileBuffer)];
            for (int read; (read = file.Read(buffer)) > 0;) hash.AppendData(buffer.AsSpan(0, read));
            if (!hash.GetCurrentHash().AsSpan().SequenceEqual(seal.Hash)) throw new ArchiveFaultException($"The transcript {name} was changed: its checksum is not the one that was recorded.");
            file.Position = 0;
        }
        catch (IOException e) when (e is not ArchiveFaultException)
        {
            throw new ArchiveFaultException($"The transcript {name} cannot be read: {e.Message}", e);
        }
    }

    private void ReadHeader()
    {
        var line = NextLine() ?? throw Fault("is empty");
        _hash.AppendData(line.Span);
        _hash.AppendData([TranscriptFormat.NewLine]);
        var header = Parse(line.Span, TranscriptFormat.Header);
        if (header is not { Format: TranscriptFormat.Name, Version: TranscriptFormat.Version }) throw Fault("is not a transcript that this version reads");
        if (header.Session.Id != _session) throw Fault("belongs to another session");
        Header = header.Session;
    }

    private void ReadTrailer(ReadOnlySpan<byte> line)
    {
        var trailer = Parse(line, TranscriptFormat.Trailer);
        if (trailer.Lines != _lines - 1) throw Fault("has another number of lines than it says");
        if (!string.Equals(trailer.Sha256, Convert.ToHexStringLower(_hash.GetCurrentHash()), StringComparison.Ordinal)) throw Fault("has another checksum than it says");
        if (_start < _end || Fill() || _bytes != _seal.Bytes) throw Fault("goes on behind its last line");
    }

    /// <summary>Seqs rise, and stand first in the line.</summary>
    private long SeqOf(ReadOnlySpan<byte> line)
    {
        try
        {
            var json = new Utf8JsonReader(line);
            if (!json.Read() || !json.Read() || !json.ValueTextEquals("seq"u8) || !json.Read() || !json.TryGetInt64(out var seq) || seq <= _lastSeq) throw Fault("has a line that is no message");
            return _lastSeq = seq;
        }
        catch (JsonException e)
        {
            throw Fault("has a line that is no message", e);
        }
    }

    private T Parse<T>(ReadOnlySpan<byte> line, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(line, type) ?? throw Fault("has a line that says nothing");
        }
        catch (JsonException e)
        {
            throw Fault("has a line that cannot be read", e);
        }
    }

    private ReadOnlyMemory<byte>? NextLine()
    {
        var searched = _start;
        while (true)
        {
            var found = _buffer.AsSpan(searched, _end - searched).IndexOf(TranscriptFormat.NewLine);
            if (found >= 0)
            {
                var line = _buffer.AsMemory(_start, searched + found - _start);
                _start = searched + found + 1;
                _lines++;
                return line;
            }

            var pending = _end - _start;
            if (!Fill()) return pending == 0 ? null : throw Fault("is cut off");
            searched = _start + pending;
        }
    }

    /// <summary>Reads on behind what is in the buffer. False at the end. More than was recorded is never unpacked.</summary>
    private bool Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        int read;
        try
        {
            read = _packed.Read(_buffer, _end, _buffer.Length - _end);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException or IOException)
        {
            throw Fault("cannot be unpacked", e);
        }

        _end += read;
        _bytes += read;
        return _bytes <= _seal.Bytes ? read > 0 : throw Fault("is larger than was recorded");
    }

    private ArchiveFaultException Fault(string what, Exception? cause = null) => new($"The transcript {_name} {what}.", cause);
}
