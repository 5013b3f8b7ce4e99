using System.Diagnostics.CodeAnalysis;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Content;

/// <summary>The decoded content of a part: forwards only, asynchronous only, until the reader goes on.</summary>
internal sealed class PartStream(PartScanner scanner, TransferDecoder decoder) : Stream
{
    private const int SmallRead = 1024;

    private byte[]? _small;
    private int _pending;
    private int _taken;
    private bool _ended;
    private bool _closed;

    public override bool CanRead => !_closed;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (buffer.Length == 0) return 0;
        if (_pending == _taken && buffer.Length >= SmallRead) return await DecodeAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (_pending == _taken)
        {
            _small ??= new byte[SmallRead];
            (_taken, _pending) = (0, 0);
            _pending = await DecodeAsync(_small, cancellationToken).ConfigureAwait(false);
        }

        var count = Math.Min(buffer.Length, _pending - _taken);
        _small.AsSpan(_taken, count).CopyTo(buffer.Span);
        _taken += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    [SuppressMessage("Design", "MA0042", Justification = "a mail comes from the net")]
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The content of a mail is read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>The reader goes on: nothing more can be read here.</summary>
    public override void Close()
    {
        _closed = true;
        base.Close();
    }

    /// <summary>At least one byte, or none at the end. The room is never smaller than <see cref="SmallRead"/>.</summary>
    private async ValueTask<int> DecodeAsync(Memory<byte> output, CancellationToken cancellationToken)
    {
        while (!_ended)
        {
            if (scanner.Safe == 0 && !scanner.Ended) await scanner.MoreAsync(cancellationToken).ConfigureAwait(false);
            var content = scanner.Content;
            decoder.Decode(content, output.Span, scanner.Ended, out var consumed, out var written);
            var all = consumed == content.Length;
            scanner.Take(consumed);
            if (scanner.Ended && all && written == 0) _ended = true;
            if (written > 0) return written;
            if (consumed == 0 && !scanner.Ended) await scanner.MoreAsync(cancellationToken).ConfigureAwait(false);
        }

        return 0;
    }
}
