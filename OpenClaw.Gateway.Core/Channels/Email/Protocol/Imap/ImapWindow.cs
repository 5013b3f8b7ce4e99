using System.Buffers;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

/// <summary>The memory through which the content of mails passes: a piece of a large one, or a small one as a whole.</summary>
internal sealed class ImapWindow(int capacity) : IDisposable
{
    private byte[] _buffer = [];
    private int _length;

    public int Capacity => capacity;

    /// <summary>The first byte of the mail that was asked for. Servers that know no partial fetch send what is before it, too.</summary>
    public long Offset { get; private set; }

    /// <summary>An answer had content.</summary>
    public bool IsFilled { get; private set; }

    /// <summary>There was more than fits.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>Until the window is used again.</summary>
    public ReadOnlyMemory<byte> Content => _buffer.AsMemory(0, _length);

    /// <summary>Empties it for the next answer.</summary>
    public void Clear(long offset = 0)
    {
        (Offset, _length, IsFilled, IsTruncated) = (offset, 0, false, false);
    }

    /// <summary>Takes that many bytes; the memory to write them to.</summary>
    public Memory<byte> Take(long length)
    {
        _length = (int)Math.Min(length, capacity);
        (IsFilled, IsTruncated) = (true, length > capacity);
        if (_buffer.Length >= _length) return _buffer.AsMemory(0, _length);
        Return();
        _buffer = ArrayPool<byte>.Shared.Rent(_length);
        return _buffer.AsMemory(0, _length);
    }

    /// <summary>Content that came as a quoted string.</summary>
    public void Put(ReadOnlySpan<byte> content)
    {
        if (IsFilled) return;
        var target = Take(content.Length);
        content[..target.Length].CopyTo(target.Span);
    }

    public void Dispose()
    {
        Return();
        (_buffer, _length) = ([], 0);
    }

    private void Return()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
    }
}
