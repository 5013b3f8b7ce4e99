namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Mime.Reading;

/// <summary>A head, then a piece again and again, then a tail: mails too large to hold.</summary>
internal sealed class RepeatStream(byte[] head, byte[] piece, long times, byte[] tail) : Stream
{
    private readonly long _total = head.Length + piece.Length * times + tail.Length;
    private long _at;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => _total;

    public override long Position { get => _at; set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var written = 0;
        while (written < buffer.Length && _at < _total)
        {
            var source = Here();
            var count = Math.Min(source.Length, buffer.Length - written);
            source[..count].CopyTo(buffer.Span[written..]);
            written += count;
            _at += count;
        }

        return ValueTask.FromResult(written);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private ReadOnlySpan<byte> Here()
    {
        if (_at < head.Length) return head.AsSpan((int)_at);
        var inPieces = _at - head.Length;
        return inPieces < piece.Length * times ? piece.AsSpan((int)(inPieces % piece.Length)) : tail.AsSpan((int)(inPieces - piece.Length * times));
    }
}
