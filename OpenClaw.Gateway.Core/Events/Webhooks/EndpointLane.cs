using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Events.Webhooks;

/// <summary>What all lanes share.</summary>
internal sealed record LaneTools(ISystemDbFactory Databases, Journal Journal, EventRequest Request, WebhookEndpoints Endpoints, ICatalog Catalog, IEventWebhookSwitch Switch, EventWebhookOptions Options, TimeProvider Time);

/// <summary>
/// One endpoint's events on their way: reads what is due by index, sends some at a time, writes what became of it. It touches no other
/// endpoint; while it waits it is one timer.
/// </summary>
internal sealed partial class EndpointLane : IAsyncDisposable
{
    private const int ReadAhead = 100;
    private const int MostHeld = 2_000;

    /// <summary>Events of one group are a microsecond apart, the last of them some time ahead of the clock.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);

    private readonly LaneTools _tools;
    private readonly ILogger _log;
    private readonly EndpointCircuit _circuit;
    private readonly SemaphoreSlim _slots;
    private readonly HashSet<Guid> _held = [];
    private readonly Channel<bool> _hints = System.Threading.Channels.Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private volatile WebhookEndpoint _endpoint;

    public EndpointLane(WebhookEndpoint endpoint, LaneTools tools, ILogger log)
    {
        (_endpoint, _tools, _log) = (endpoint, tools, log);
        _circuit = new(tools.Options.Timeout, tools.Time);
        _slots = new(tools.Options.Concurrency);
        _running = Task.Run(RunAsync);
    }

    /// <summary>The endpoint as it is now. A lane is for one address: another one has its own circuit.</summary>
    public WebhookEndpoint Endpoint { get => _endpoint; set => _endpoint = value; }

    /// <summary>Something may be due.</summary>
    public void Hint() => _hints.Writer.TryWrite(true);

    /// <summary>Waits for what is being sent, which is cut short: it is sent again at the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        for (var i = 0; i < _tools.Options.Concurrency; i++) await _slots.WaitAsync();
        _slots.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await StepAsync();
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                LogStepFailed(fault, _endpoint.Id, _endpoint.TenantId);
                await Task.Delay(AfterFailure, _tools.Time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task StepAsync()
    {
        var now = _tools.Time.GetUtcNow();
        if (_circuit.HeldBackUntil is { } until)
        {
            await Task.Delay(Shorter(until - now), _tools.Time, _stopping.Token);
            return;
        }

        if (_endpoint.Secret is null || _tools.Catalog.FindTenant(_endpoint.TenantId) is null or { Suspended: true })
        {
            await SleepAsync(LongestSleep);
            return;
        }

        var rows = await ReadAsync();
        var due = rows.TakeWhile(r => r.NextAt <= now + Together).ToList();
        if (due.Count == 0)
        {
            await SleepAsync(rows.Count == 0 ? LongestSleep : rows[0].NextAt!.Value - now);
            return;
        }

        foreach (var row in due)
            if (!await StartAsync(row)) return;
    }

    /// <summary>False when nothing is to be sent for the moment.</summary>
    private async Task<bool> StartAsync(EventDelivery row)
    {
        await _slots.WaitAsync(_stopping.Token);
        if (_circuit.HeldBackUntil is not null)
        {
            _slots.Release();
            return false;
        }

        lock (_held) _held.Add(row.Id);
        var sending = SendAsync(row);
        if (_circuit.IsProbing) await sending;
        return true;
    }

    private async Task SendAsync(EventDelivery row)
    {
        try
        {
            var (endpoint, started) = (_endpoint, Micros.Now(_tools.Time));
            var attempt = await _circuit.SendAsync(limit => _tools.Request.SendAsync(endpoint, row.EventId, row.Body, limit, _stopping.Token), _stopping.Token);
            if (attempt is null) LetGo(row.Id);
            else await SettleAsync(row, endpoint, attempt, started);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // it is due still, and sent again at the next start
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            LogSendFailed(fault, _endpoint.Id, _endpoint.TenantId, row.Id);
            LetGo(row.Id);
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task SettleAsync(EventDelivery row, WebhookEndpoint endpoint, EventAttempt attempt, long started)
    {
        var attempts = row.Attempts + 1;
        var pause = attempt.IsTaken || attempt.IsGone ? null : RetrySchedule.After(attempts, _tools.Options.Chance(), attempt.Wish);
        var state = attempt.IsTaken ? EventDeliveryStates.Delivered : pause is null ? EventDeliveryStates.Failed : EventDeliveryStates.Pending;
        var next = pause is { } wait ? Micros.From(_tools.Time.GetUtcNow() + wait) : 0;
        var error = attempt.Error is null || attempt.Answer.Length == 0 ? attempt.Error : $"{attempt.Error}\n{attempt.Answer}";
        var written = new OutcomeEntry(new(row.Id, state, attempts, next, started, attempt.Status, attempt.Milliseconds, error), this);
        _tools.Journal.Append(written);
        if (!attempt.IsTaken) LogNotTaken(endpoint.Id, endpoint.TenantId, row.EventId, attempts, attempt.Status);
        await JudgeAsync(endpoint, attempt);
    }

    /// <summary>Since when does it fail, and is that long enough?</summary>
    private async Task JudgeAsync(WebhookEndpoint endpoint, EventAttempt attempt)
    {
        var since = _tools.Endpoints.FailingSince(endpoint.Id);
        var now = _tools.Time.GetUtcNow();
        if (attempt.IsTaken == (since is null))
        {
            if (attempt.IsTaken) return;
        }
        else
        {
            since = attempt.IsTaken ? null : now;
            _tools.Endpoints.SetFailing(endpoint.Id, since);
            await _tools.Journal.WorkAsync(db => db.EventWebhooks.Where(w => w.Id == endpoint.Id).ExecuteUpdate(set => set.SetProperty(w => w.FailingSince, since)));
        }

        if (attempt.IsGone) await _tools.Switch.DisableAsync(endpoint.TenantId, endpoint.Id, "The endpoint answered 410 Gone: it wants no events any more.", _stopping.Token);
        else if (now - since >= _tools.Options.DisabledAfter)
            await _tools.Switch.DisableAsync(endpoint.TenantId, endpoint.Id, FormattableString.Invariant($"It has taken no event for {_tools.Options.DisabledAfter.TotalDays:0.#} days. Last: {attempt.Error}"), _stopping.Token);
    }

    /// <summary>What is due or will be, in order, without what is under way.</summary>
    private async Task<List<EventDelivery>> ReadAsync()
    {
        while (true)
        {
            Guid[] held;
            lock (_held) held = [.. _held];
            if (held.Length < MostHeld)
            {
                var endpoint = _endpoint.Id;
                await using var db = _tools.Databases.Create();
                var rows = await db.EventDeliveries.AsNoTracking().Where(d => d.WebhookId == endpoint && d.NextAt != null).OrderBy(d => d.NextAt).Take(ReadAhead + held.Length).ToListAsync(_stopping.Token);
                var seen = held.ToHashSet();
                rows.RemoveAll(r => seen.Contains(r.Id));
                return rows;
            }

            await SleepAsync(AfterFailure); // what became of these is not stored yet: the database does not take writes
        }
    }

    private void LetGo(Guid row)
    {
        lock (_held) _held.Remove(row);
        Hint();
    }

    /// <summary>Until a hint comes, or the time is over.</summary>
    private async Task SleepAsync(TimeSpan time)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        await Task.WhenAny(_hints.Reader.WaitToReadAsync(ends.Token).AsTask(), Task.Delay(Shorter(time), _tools.Time, ends.Token));
        await ends.CancelAsync();
        _hints.Reader.TryRead(out _);
        _stopping.Token.ThrowIfCancellationRequested();
    }

    private static TimeSpan Shorter(TimeSpan time) => time > LongestSleep ? LongestSleep : time < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : time;

    /// <summary>What became of an attempt, beside the next group. Until it is stored the row is held: it is not sent once more.</summary>
    private sealed class OutcomeEntry(EventOutcome outcome, EndpointLane lane) : JournalEntry
    {
        public override bool MustBeWritten => true;

        public override bool IsLazy => true;

        public override void AddTo(JournalGroup group, long now) => group.EventOutcomes.Add(outcome);

        public override void Undo() { }

        public override void Committed()
        {
            lock (lane._held) lane._held.Remove(outcome.Id);
            if (outcome.NextAt != 0) lane.Hint();
        }

        public override void Refused(Exception cause) => lane.LetGo(outcome.Id);
    }

    [LoggerMessage(3111, LogLevel.Warning, "Event webhook {Webhook} of tenant {Tenant}: reading what is due failed and is tried again")]
    private partial void LogStepFailed(Exception fault, Guid webhook, Guid tenant);

    [LoggerMessage(3112, LogLevel.Error, "Event webhook {Webhook} of tenant {Tenant}: delivery {Delivery} failed inside the gateway and is tried again")]
    private partial void LogSendFailed(Exception fault, Guid webhook, Guid tenant, Guid delivery);

    [LoggerMessage(3113, LogLevel.Information, "Event webhook {Webhook} of tenant {Tenant} did not take event {Event}: attempt {Attempt}, status {Status}")]
    private partial void LogNotTaken(Guid webhook, Guid tenant, Guid @event, int attempt, int? status);
}
