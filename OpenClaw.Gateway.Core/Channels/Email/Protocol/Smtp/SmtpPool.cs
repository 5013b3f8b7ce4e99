using OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

/// <summary>How long and how often connections are used again.</summary>
internal sealed record SmtpPoolOptions
{
    /// <summary>So long an idle connection is kept. Servers hang up after some minutes, and count connections.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Mails over one connection: servers slow down or refuse those that never leave.</summary>
    public int MailsPerConnection { get; init; } = 50;
}

/// <summary>
/// Sends mails, and keeps for each endpoint and its credentials one connection for the next mail. A kept connection that turns out to be
/// dead is replaced in silence, as long as nothing of the mail's content was sent. Safe for many callers at once: each has a
/// connection of its own, and one of these is kept.
/// </summary>
internal sealed class SmtpPool(MailDial dial, TimeProvider time, SmtpPoolOptions? options = null) : IAsyncDisposable
{
    private readonly SmtpPoolOptions _options = options ?? new();
    private readonly Lock _lock = new();
    private readonly Dictionary<SmtpEndpoint, Kept> _kept = [];
    private readonly HashSet<Task> _closing = [];
    private bool _disposed;

    /// <summary>As <see cref="SmtpConnection.SendAsync(SmtpEnvelope, Func{Stream, CancellationToken, Task}, CancellationToken)"/>, over a kept connection or a new one.</summary>
    public async Task<SmtpReceipt> SendAsync(SmtpEndpoint endpoint, SmtpEnvelope envelope, Func<Stream, CancellationToken, Task> content, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (await TakeAsync(endpoint, cancellationToken) is { } used)
        {
            try
            {
                return await SendAsync(endpoint, used, envelope, content, cancellationToken);
            }
            catch (SmtpException e) when (IsStale(e))
            {
                // it died between its sign of life and the mail, of which nothing was sent
            }
        }

        var fresh = await SmtpConnection.OpenAsync(endpoint, dial, time, cancellationToken);
        return await SendAsync(endpoint, fresh, envelope, content, cancellationToken);
    }

    /// <summary>Says goodbye on every kept connection. Those in use are closed by their senders.</summary>
    public async ValueTask DisposeAsync()
    {
        List<Kept> kept;
        lock (_lock)
        {
            _disposed = true;
            kept = [.. _kept.Values];
            _kept.Clear();
        }

        foreach (var one in kept) Close(one);
        Task[] closing;
        lock (_lock) closing = [.. _closing];
        await Task.WhenAll(closing);
    }

    private static bool IsStale(SmtpException fault) =>
        fault.Stage is SmtpStage.Sender or SmtpStage.Recipient or SmtpStage.Data && (fault.Failure is SmtpFailure.Unreachable || fault.Reply is { Code: 421 });

    private async Task<SmtpReceipt> SendAsync(SmtpEndpoint endpoint, SmtpConnection connection, SmtpEnvelope envelope, Func<Stream, CancellationToken, Task> content, CancellationToken cancellationToken)
    {
        try
        {
            return await connection.SendAsync(envelope, content, cancellationToken);
        }
        finally
        {
            Return(endpoint, connection);
        }
    }

    /// <summary>The kept connection, if it lives.</summary>
    private async Task<SmtpConnection?> TakeAsync(SmtpEndpoint endpoint, CancellationToken cancellationToken)
    {
        Kept? kept;
        lock (_lock) _kept.Remove(endpoint, out kept);
        if (kept is null) return null;
        if (kept.Timer is { } timer) await timer.DisposeAsync();
        var alive = false;
        try
        {
            alive = await kept.Connection.IsAliveAsync(cancellationToken);
        }
        finally
        {
            if (!alive) Close(kept);
        }

        return alive ? kept.Connection : null;
    }

    private void Return(SmtpEndpoint endpoint, SmtpConnection connection)
    {
        var kept = new Kept(connection);
        lock (_lock)
        {
            if (!_disposed && connection.IsUsable && connection.Sent < _options.MailsPerConnection && _kept.TryAdd(endpoint, kept))
            {
                kept.Timer = time.CreateTimer(_ => Expire(endpoint, kept), null, _options.Idle, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        Close(kept);
    }

    private void Expire(SmtpEndpoint endpoint, Kept kept)
    {
        lock (_lock)
        {
            if (!_kept.TryGetValue(endpoint, out var current) || current != kept) return;
            _kept.Remove(endpoint);
        }

        Close(kept);
    }

    /// <summary>Nobody waits for a goodbye but <see cref="DisposeAsync"/>.</summary>
    private void Close(Kept kept)
    {
        var closing = CloseAsync(kept);
        lock (_lock)
        {
            _closing.RemoveWhere(c => c.IsCompleted);
            _closing.Add(closing);
        }
    }

    private static async Task CloseAsync(Kept kept)
    {
        if (kept.Timer is { } timer) await timer.DisposeAsync();
        await kept.Connection.DisposeAsync();
    }

    private sealed class Kept(SmtpConnection connection)
    {
        public SmtpConnection Connection { get; } = connection;

        /// <summary>Set while it is kept.</summary>
        public ITimer? Timer { get; set; }
    }
}
