using System.Net.Sockets;
using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

/// <summary>Bytes out and replies in, each within its time. After a fault it is broken: nobody knows what the server thinks then.</summary>
internal sealed class SmtpWire(Stream stream, TimeProvider time) : IAsyncDisposable
{
    private Stream _stream = stream;
    private SmtpReplyReader _reader = new(stream);

    public bool IsBroken { get; private set; }

    /// <summary>The server spoke out of turn.</summary>
    public bool HasUnread => _reader.HasUnread;

    /// <summary>A command of one line and its reply.</summary>
    public async Task<SmtpReply> CommandAsync(string line, SmtpStage stage, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (line.AsSpan().ContainsAny('\r', '\n', '\0')) throw new ArgumentException("A command is one line.", nameof(line));
        DemandSilence(stage);
        return await WithinAsync(stage, limit, async token =>
        {
            await _stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), token);
            await _stream.FlushAsync(token);
            return await _reader.ReadAsync(token);
        }, cancellationToken);
    }

    public Task<SmtpReply> ReadAsync(SmtpStage stage, TimeSpan limit, CancellationToken cancellationToken) =>
        WithinAsync(stage, limit, _reader.ReadAsync, cancellationToken);

    public Task WriteAsync(ReadOnlyMemory<byte> block, SmtpStage stage, TimeSpan limit, CancellationToken cancellationToken) =>
        WithinAsync(stage, limit, async token =>
        {
            await _stream.WriteAsync(block, token);
            await _stream.FlushAsync(token);
            return true;
        }, cancellationToken);

    /// <summary>Before something is said of which the answer counts: what the server has said already would be taken for that answer.</summary>
    public void DemandSilence(SmtpStage stage)
    {
        if (IsBroken || !HasUnread) return;
        IsBroken = true;
        throw new SmtpException(SmtpFailure.Protocol, stage, "The server does not speak SMTP: it answered what nobody had asked.");
    }

    /// <summary>What the server said before it hung up on somebody who was still writing; null when it said nothing.</summary>
    public async Task<SmtpReply?> LastWordsAsync(TimeSpan limit)
    {
        using var timer = new CancellationTokenSource(limit, time);
        try
        {
            return await _reader.ReadAsync(timer.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidDataException or IOException or SocketException or ObjectDisposedException)
        {
            return null; // the broken connection is the fault that is told
        }
    }

    /// <summary>Goes on over another stream, such as TLS over the first.</summary>
    public async Task ReplaceAsync(TimeSpan limit, Func<Stream, CancellationToken, Task<Stream>> wrap, CancellationToken cancellationToken)
    {
        _stream = await WithinAsync(SmtpStage.Handshake, limit, token => wrap(_stream, token), cancellationToken);
        _reader = new(_stream);
    }

    /// <summary>Nothing more can be said here.</summary>
    public void Break() => IsBroken = true;

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task<T> WithinAsync<T>(SmtpStage stage, TimeSpan limit, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        if (IsBroken) throw new SmtpException(SmtpFailure.Unreachable, stage, "The connection to the mail server is broken.");
        using var timer = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        var done = false;
        try
        {
            var result = await work(both.Token);
            done = true;
            return result;
        }
        catch (OperationCanceledException e) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SmtpException(SmtpFailure.TimedOut, stage, $"The mail server did not answer within {limit.TotalSeconds:0} seconds.", cause: e);
        }
        catch (InvalidDataException e)
        {
            throw new SmtpException(SmtpFailure.Protocol, stage, $"The server does not speak SMTP: {e.Message}.", cause: e);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            throw new SmtpException(SmtpFailure.Unreachable, stage, "The connection to the mail server broke.", cause: e);
        }
        finally
        {
            if (!done) IsBroken = true;
        }
    }
}
