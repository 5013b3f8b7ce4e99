namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

/// <summary>
/// A mail, fetched piece after piece, so that one of any size needs the memory of one piece. Ends where the server has no more to
/// give, whatever it said of the size; throws <see cref="ImapException"/>.
/// </summary>
internal sealed class ImapMailStream(ImapConnection connection, ImapMail mail, int pieceBytes) : Stream
{
    private readonly ImapWindow _window = new(pieceBytes);
    private long _fetched;
    private int _read;
    private bool _last;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _fetched - _window.Content.Length + _read;
        set => throw new NotSupportedException();
    }

    /// <summary>Fetches the first piece; false = the mail is gone.</summary>
    public Task<bool> BeginAsync(CancellationToken cancellationToken) => FetchAsync(cancellationToken);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_read == _window.Content.Length && !_last && !buffer.IsEmpty && !await FetchAsync(cancellationToken))
            throw new ImapException(ImapFailure.Gone, "The mail vanished while it was read.");
        var count = Math.Min(buffer.Length, _window.Content.Length - _read);
        _window.Content.Slice(_read, count).CopyTo(buffer);
        _read += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A mail comes over the network: use ReadAsync.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _window.Dispose();
        (_read, _last) = (0, true);
        base.Dispose(disposing);
    }

    private async Task<bool> FetchAsync(CancellationToken cancellationToken)
    {
        if (!await connection.PieceAsync(mail.Uid, "", _fetched, _window, cancellationToken)) return false;
        _read = 0;
        var came = _window.Content.Length;
        _fetched += came;
        // fewer bytes than asked for are the end only if the size agrees: some servers give less at a time
        _last = came == 0 || came < _window.Capacity && _fetched >= mail.Size;
        return true;
    }
}
