using System.Net.Sockets;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

/// <summary>Bytes out and answers in, each within its time. After a fault it is broken: nobody knows what the server thinks then.</summary>
internal sealed class ImapWire(Stream stream, ImapTimeouts timeouts, TimeProvider time) : IAsyncDisposable
{
    private Stream _stream = stream;
    private ImapReader _reader = new(stream, timeouts.Silence, time);
    private int _busy;

    public bool IsBroken { get; private set; }

    /// <summary>Something is under way.</summary>
    public bool IsBusy => Volatile.Read(ref _busy) == 1;

    public DateTimeOffset LastHeard => _reader.LastHeard;

    /// <summary>Does something that takes at most that long. One thing at a time.</summary>
    public async Task<T> WithinAsync<T>(TimeSpan limit, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        if (IsBroken) throw new ImapException(ImapFailure.Closed, "The connection to the mail server is broken.");
        if (Interlocked.Exchange(ref _busy, 1) == 1) throw new InvalidOperationException("A connection does one thing at a time.");
        using var timer = new CancellationTokenSource(limit, time);
        using var all = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, _reader.Silent, cancellationToken);
        var done = false;
        try
        {
            var result = await work(all.Token);
            done = true;
            return result;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ImapException(ImapFailure.TimedOut, "The mail server did not answer in time.", cause: e);
        }
        catch (InvalidDataException e)
        {
            throw new ImapException(ImapFailure.Protocol, $"The server does not speak IMAP as it should: {e.Message}.", cause: e);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new ImapException(ImapFailure.Closed, "The connection to the mail server broke.", cause: e);
        }
        finally
        {
            if (!done) IsBroken = true;
            Volatile.Write(ref _busy, 0);
        }
    }

    /// <summary>Within <see cref="WithinAsync"/>.</summary>
    public ValueTask<ImapAnswer> ReadAsync(ImapWindow? window, CancellationToken cancellationToken) => _reader.ReadAsync(window, cancellationToken);

    /// <summary>Within <see cref="WithinAsync"/>.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(bytes, cancellationToken);
        await _stream.FlushAsync(cancellationToken);
    }

    /// <summary>Goes on over another stream, such as TLS over the first. What came unasked before is forgotten: anybody may have said it.</summary>
    public async Task ReplaceAsync(Func<Stream, CancellationToken, Task<Stream>> wrap, CancellationToken cancellationToken)
    {
        _stream = await WithinAsync(timeouts.Handshake, token => wrap(_stream, token), cancellationToken);
        _reader.Dispose();
        _reader = new(_stream, timeouts.Silence, time);
    }

    /// <summary>Nothing more can be said here.</summary>
    public void Break() => IsBroken = true;

    public async ValueTask DisposeAsync()
    {
        IsBroken = true;
        await _stream.DisposeAsync();
        _reader.Dispose();
    }
}
