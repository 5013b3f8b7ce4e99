using System.Buffers;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading;

/// <summary>A window of pooled bytes on the stream of a mail.</summary>
internal sealed class MailSource(Stream stream, MailLimits limits) : IDisposable
{
    private const int WindowBytes = 64 * 1024;

    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(WindowBytes);
    private int _start;
    private int _end;
    private long _total;

    /// <summary>Nothing follows what the window holds.</summary>
    public bool Ended { get; private set; }

    public ReadOnlySpan<byte> Window => Bytes.AsSpan(_start, _end - _start);

    public int Length => _end - _start;

    private byte[] Bytes => _buffer ?? throw new ObjectDisposedException(nameof(MailReader));

    public void Advance(int count) => _start += count;

    /// <summary>More bytes in the window; false when there are no more, or no room for them.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (Ended) return false;
        MakeRoom();
        if (_end == Bytes.Length) return false;
        var read = await stream.ReadAsync(Bytes.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        if (read == 0)
        {
            Ended = true;
            return false;
        }

        _end += read;
        _total += read;
        return _total <= limits.TotalBytes ? true : throw new MailLimitException(MailLimit.TotalBytes, limits.TotalBytes);
    }

    public void Dispose()
    {
        if (_buffer is null) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
    }

    private void MakeRoom()
    {
        if (_start == _end) (_start, _end) = (0, 0);
        else if (_end == Bytes.Length && _start > 0)
        {
            Bytes.AsSpan(_start, _end - _start).CopyTo(Bytes);
            (_start, _end) = (0, _end - _start);
        }
    }
}
