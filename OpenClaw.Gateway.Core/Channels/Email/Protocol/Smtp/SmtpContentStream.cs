using System.Buffers;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

/// <summary>What a mail is written to between DATA and the last dot. It holds a block or two of it; flushing does nothing.</summary>
internal sealed class SmtpContentStream(SmtpWire wire, TimeSpan limit) : Stream
{
    public const int BlockSize = 16 * 1024;

    private readonly DotStuffing _stuffing = new();
    private readonly ArrayBufferWriter<byte> _waiting = new(BlockSize * 2);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The rest of the content and its end. Nothing can be written after it.</summary>
    public ReadOnlyMemory<byte> End()
    {
        _stuffing.End(_waiting);
        return _waiting.WrittenMemory;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var block = buffer[..Math.Min(buffer.Length, BlockSize)];
            buffer = buffer[block.Length..];
            _stuffing.Write(block.Span, _waiting);
            if (_waiting.WrittenCount < BlockSize) continue;
            await wire.WriteAsync(_waiting.WrittenMemory, SmtpStage.Content, limit, cancellationToken);
            _waiting.ResetWrittenCount();
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
        // blocks go when they are full
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A mail is written asynchronously.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
