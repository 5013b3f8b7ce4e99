using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Channels.Connections;

/// <summary>
/// Owns one channel's connection: one at a time, the old one awaited before the next. Notes the gaps between them and tells how it stands. A task only while
/// there is a connection or a pause before the next.
/// </summary>
internal sealed partial class ChannelOwner(IChannelConnector connector, ChannelModel first, OwnerTools tools) : IDisposable
{
    private const string LifeNote = "life";
    private static readonly TimeSpan NoteLifeEvery = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private ChannelModel _channel = first;
    private CancellationTokenSource? _running;
    private Task _loop = Task.CompletedTask;
    private ChannelLink _link = new(ChannelLinkState.Off, tools.Time.GetUtcNow(), null, null, null, null, null, null, 0, null);
    private ChannelGap? _gap;
    private long _lifeNotedTicks;
    private long _proofTicks;
    private bool _isHasty;

    public OwnerTools Tools => tools;

    public OpenGap? Gap => _gap is { } gap ? new(gap.StartedAt, gap.Reason) : null;

    public ChannelLink Look()
    {
        lock (_lock) return _link with { LastProofAt = LastProof, Gap = Gap };
    }

    private DateTimeOffset? LastProof => Interlocked.Read(ref _proofTicks) is var ticks and > 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>The configuration changed, or the gateway starts: begins, ends or renews the connection where that is asked for.</summary>
    public void Follow(ChannelModel channel)
    {
        lock (_lock)
        {
            var (before, shouldRun) = (_channel, channel is { Enabled: true, Tenant.Suspended: false });
            _channel = channel;
            if (!shouldRun) Cancel();
            else if (_running is null) Begin();
            else if (!ReferenceEquals(before, channel) && connector.NeedsReconnect(before, channel)) Renew();
        }
    }

    /// <summary>A person wants a new connection, now. False when the channel is not to have one.</summary>
    public bool Restart()
    {
        lock (_lock)
        {
            if (_running is null) return false;
            Renew();
            return true;
        }
    }

    /// <summary>Ends it; completes when nothing of it goes on.</summary>
    public Task StopAsync()
    {
        lock (_lock)
        {
            Cancel();
            return _loop;
        }
    }

    public void Dispose()
    {
        lock (_lock) _running?.Dispose();
    }

    public void Connected(string account)
    {
        Proof();
        lock (_lock) Tell(new(ChannelLinkState.Connected, tools.Time.GetUtcNow(), account, null, null, null, null, null, _link.Generation, null));
        LogConnected(tools.Log, _channel.Tenant.Id, _channel.Id, _channel.Kind);
        tools.Outbox().Wake(_channel.Id);
    }

    public void Waits(string cause, string detail, string? fix)
    {
        lock (_lock) Tell(new(ChannelLinkState.Connecting, tools.Time.GetUtcNow(), _link.Account, null, cause, detail, fix, null, _link.Generation, null));
    }

    public void Warns(string? cause, string? detail, string? fix)
    {
        lock (_lock)
            if (_link.State == ChannelLinkState.Connected) Tell(_link with { Cause = cause, Detail = cause is null ? null : detail, Fix = cause is null ? null : fix });
    }

    public void Proof()
    {
        var now = tools.Time.GetUtcNow();
        Interlocked.Exchange(ref _proofTicks, now.UtcTicks);
        var noted = Interlocked.Read(ref _lifeNotedTicks);
        if (now.UtcTicks - noted >= NoteLifeEvery.Ticks && Interlocked.CompareExchange(ref _lifeNotedTicks, now.UtcTicks, noted) == noted) _ = NoteLifeAsync(now);
    }

    public async Task CloseGapAsync(int recovered, int? missed, string? detail)
    {
        ChannelGap? gap;
        lock (_lock) (gap, _gap) = (_gap, null);
        if (gap is not null) await tools.Gaps.CloseAsync(gap, recovered, missed, detail);
    }

    /// <summary>Under the lock.</summary>
    private void Begin()
    {
        var (before, running) = (_loop, new CancellationTokenSource());
        _running = running;
        _loop = Task.Run(() => LoopAsync(before, running), CancellationToken.None);
    }

    private void Renew()
    {
        Cancel();
        _isHasty = true;
        Begin();
    }

    private void Cancel()
    {
        if (_running is null) return;
        _ = _running.CancelAsync();
        _running = null;
    }

    /// <summary>Connects again and again until the token says otherwise. The former loop is over before anything is opened.</summary>
    private async Task LoopAsync(Task before, CancellationTokenSource running)
    {
        var cancellationToken = running.Token;
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await RememberAsync(cancellationToken);
            for (var failures = 0; !cancellationToken.IsCancellationRequested;) failures = await OnceAsync(failures, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the channel is switched off or renewed, or the gateway stops
        }

        lock (_lock)
        {
            if (_running is null) Tell(_link with { State = ChannelLinkState.Off, Since = tools.Time.GetUtcNow(), Cause = null, Detail = null, Fix = null, NextTryAt = null });
            running.Dispose();
        }
    }

    /// <returns>How many failures there were in a row.</returns>
    private async Task<int> OnceAsync(int failures, CancellationToken cancellationToken)
    {
        var began = tools.Time.GetTimestamp();
        var connection = Open();
        ChannelFaultException? fault = null;
        try
        {
            await connector.RunAsync(connection, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // as asked
        }
        catch (ChannelFaultException e)
        {
            fault = e;
        }
        catch (Exception e)
        {
            LogBroke(tools.Log, e, _channel.Tenant.Id, _channel.Id, _channel.Kind, connection.Generation);
            fault = new("connection_failed", $"The connection failed ({e.GetType().Name}); the gateway's log says more.", inner: e);
        }
        finally
        {
            connection.End();
        }

        await OpenGapAsync(connection, fault, cancellationToken.IsCancellationRequested);
        if (cancellationToken.IsCancellationRequested || fault is null) return 0;
        if (connection.WasConnected && tools.Time.GetElapsedTime(began) >= Backoff.Good) failures = 0;
        await PauseAsync(fault, ++failures, cancellationToken);
        return failures;
    }

    private ChannelConnection Open()
    {
        lock (_lock)
        {
            var generation = _link.Generation + 1;
            Tell(_link with { State = ChannelLinkState.Connecting, Since = tools.Time.GetUtcNow(), Cause = _isHasty ? null : _link.Cause, Detail = _isHasty ? null : _link.Detail, Fix = _isHasty ? null : _link.Fix, NextTryAt = null, Generation = generation });
            _isHasty = false;
            return new(this, _channel, generation, tools.Memory.Of(_channel));
        }
    }

    private async Task PauseAsync(ChannelFaultException fault, int failures, CancellationToken cancellationToken)
    {
        var pause = Backoff.After(failures, RandomNumberGenerator.GetInt32(1_001) / 1_000.0, fault.IsFatal, fault.RetryAfter);
        var now = tools.Time.GetUtcNow();
        lock (_lock) Tell(_link with { State = fault.IsFatal ? ChannelLinkState.Failed : ChannelLinkState.Retrying, Since = now, Cause = fault.Cause, Detail = fault.Message, Fix = fault.Fix, NextTryAt = now + pause });
        if (fault.IsFatal) LogFailed(tools.Log, _channel.Tenant.Id, _channel.Id, _channel.Kind, fault.Cause, now + pause);
        else LogRetries(tools.Log, _channel.Tenant.Id, _channel.Id, _channel.Kind, fault.Cause, now + pause);
        await Task.Delay(pause, tools.Time, cancellationToken);
    }

    /// <summary>From the last proof of life on something may be missing, once there was one. One that is open already goes on.</summary>
    private async Task OpenGapAsync(ChannelConnection connection, ChannelFaultException? fault, bool isStopped)
    {
        if (!connection.WasConnected || _gap is not null || LastProof is not { } since) return;
        var reason = fault is not null ? fault.Message : isStopped ? "The connection was closed by the gateway: switched off, changed, restarted or stopped." : "The connection was renewed.";
        try
        {
            var gap = await tools.Gaps.OpenAsync(_channel, since, reason);
            lock (_lock) _gap = gap;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            LogGapNotNoted(tools.Log, e, _channel.Tenant.Id, _channel.Id);
        }
    }

    /// <summary>What an earlier run of the gateway left: an open gap, or the last sign of life before it died.</summary>
    private async Task RememberAsync(CancellationToken cancellationToken)
    {
        if (_gap is not null || LastProof is not null) return;
        try
        {
            _gap = await tools.Gaps.FindOpenAsync(_channel.Id, cancellationToken);
            if (_gap is null && await tools.Memory.Of(_channel).GetAsync(LifeNote, cancellationToken) is { } note
                && DateTimeOffset.TryParse(note, System.Globalization.CultureInfo.InvariantCulture, out var last))
                _gap = await tools.Gaps.OpenAsync(_channel, last, "The gateway was not running.");
        }
        catch (Exception e) when (e is IOException or System.Data.Common.DbException or InvalidOperationException)
        {
            LogGapNotNoted(tools.Log, e, _channel.Tenant.Id, _channel.Id);
        }
    }

    private async Task NoteLifeAsync(DateTimeOffset now)
    {
        try
        {
            await tools.Memory.Of(_channel).SetAsync(LifeNote, now.ToString("O", System.Globalization.CultureInfo.InvariantCulture), CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            LogGapNotNoted(tools.Log, e, _channel.Tenant.Id, _channel.Id);
        }
    }

    /// <summary>Under the lock.</summary>
    private void Tell(ChannelLink link)
    {
        var isNews = link.State != _link.State || link.Cause != _link.Cause || link.Account != _link.Account;
        _link = link;
        if (isNews)
            tools.Events.Publish(_channel.Tenant.Id, EventTypes.ChannelStatus, _channel.Id, null, new { state = StateName(link.State), cause = link.Cause, detail = link.Detail, fix = link.Fix, account = link.Account, nextTryAt = link.NextTryAt });
    }

    /// <summary>As events and the API say it.</summary>
    public static string StateName(ChannelLinkState state) => state switch
    {
        ChannelLinkState.Connected => "connected",
        ChannelLinkState.Connecting => "connecting",
        ChannelLinkState.Retrying => "retrying",
        ChannelLinkState.Failed => "failed",
        _ => "off",
    };
}
