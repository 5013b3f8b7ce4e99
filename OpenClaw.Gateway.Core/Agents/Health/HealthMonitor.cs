using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Agents.Health;

/// <summary>
/// Checks on this node whether agents could be asked, each in its own rhythm, a few at a time. One that is not well is passed over while others can
/// answer; nothing is refused for it.
/// </summary>
internal sealed partial class HealthMonitor(ICatalog catalog, IEnumerable<IAgentKind> kinds, AgentLoads loads, IEventBus events, TimeProvider time, ILogger<HealthMonitor> log) : BackgroundService
{
    /// <summary>More are not checked at once.</summary>
    private const int MostAtOnce = 8;
    private const int LongestDetail = 300;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>After the start, and after a change, nobody has to wait longer for the first look.</summary>
    private static readonly TimeSpan FirstWithin = TimeSpan.FromSeconds(5);
    private readonly FrozenDictionary<string, IAgentKind> _kinds = kinds.ToFrozenDictionary(k => k.Kind, StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Guid, Watched> _watched = new();
    private int _running;

    /// <summary>Begins the checks whose time has come; the result completes when they have ended.</summary>
    internal Task TickAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        List<Task>? begun = null;
        foreach (var agent in catalog.Agents)
        {
            if (Policy(agent) is not { } policy)
            {
                Forget(agent.Id);
                continue;
            }

            var watched = _watched.GetOrAdd(agent.Id, _ => new() { DueAt = now + (FirstWithin * Chance()) });
            if (watched.Settings is { } former && former != agent.Settings.GetRawText()) (watched.DueAt, watched.Failures) = (now, 0);
            watched.Settings = agent.Settings.GetRawText();
            if (watched.IsRunning || watched.DueAt > now || Volatile.Read(ref _running) >= MostAtOnce) continue;
            watched.IsRunning = true;
            watched.DueAt = now + (policy.Every * (0.9 + (0.2 * Chance()))); // not all in the same moment, for ever
            Interlocked.Increment(ref _running);
            (begun ??= []).Add(CheckAsync(agent, _kinds[agent.Kind], policy, watched, cancellationToken));
        }

        foreach (var id in _watched.Keys)
            if (catalog.FindAgent(id) is null) Forget(id);
        return begun is null ? Task.CompletedTask : Task.WhenAll(begun);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) _ = TickAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the gateway stops
        }
    }

    /// <summary>Null: it is not to be checked.</summary>
    private HealthPolicy? Policy(AgentModel agent) =>
        agent is { Enabled: true, Tenant.Suspended: false } && _kinds.TryGetValue(agent.Kind, out var kind) && HealthPolicy.Of(kind, agent.Settings) is { Every.Ticks: > 0 } policy ? policy : null;

    private void Forget(Guid agent)
    {
        if (_watched.TryRemove(agent, out _) && loads.Find(agent) is { } counters) counters.Health = null;
    }

    private async Task CheckAsync(AgentModel agent, IAgentKind kind, HealthPolicy policy, Watched watched, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Yield(); // the checks of others begin meanwhile
            if (await AskAsync(agent, kind, cancellationToken) is not { } found || !_watched.ContainsKey(agent.Id)) return;
            var counters = loads.For(agent.Id);
            var wasOk = counters.Health is not { Ok: false };
            watched.Failures = found.Ok ? 0 : watched.Failures + 1;
            var isOk = found.Ok || (wasOk && watched.Failures < policy.Failures);
            counters.Health = new(isOk, time.GetUtcNow(), found.Detail);
            if (isOk != wasOk) Tell(agent, counters.Health);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the gateway stops
        }
        finally
        {
            watched.IsRunning = false;
            Interlocked.Decrement(ref _running);
        }
    }

    /// <summary>Null: the kind has nothing to try.</summary>
    private async Task<(bool Ok, string Detail)?> AskAsync(AgentModel agent, IAgentKind kind, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var checks = await kind.CheckAsync(agent, either.Token);
            if (checks.Count == 0) return null;
            return checks.FirstOrDefault(c => !c.Ok) is { } failed ? (false, Cut($"{failed.Detail} {failed.Fix}".Trim())) : (true, Cut(checks[0].Detail));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (false, $"It did not answer within {Longest.TotalSeconds:0} seconds.");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFault(e, agent.Tenant.Id, agent.Id);
            return (false, $"The gateway failed while it looked ({e.GetType().Name}); its log says more.");
        }
    }

    private void Tell(AgentModel agent, AgentHealth health)
    {
        if (health.Ok) LogWell(agent.Tenant.Id, agent.Id);
        else LogUnwell(agent.Tenant.Id, agent.Id, health.Detail);
        events.Publish(agent.Tenant.Id, EventTypes.AgentStatus, null, null, new { agent = agent.Id, health = new { ok = health.Ok, checkedAt = health.CheckedAt, detail = health.Detail } });
    }

    private static string Cut(string text) => text.Length > LongestDetail ? text[..LongestDetail] : text;

    private static double Chance() => RandomNumberGenerator.GetInt32(0, 1_000_001) / 1_000_000d;

    /// <summary>Only the ticks, one after the other, and the one check that runs change it.</summary>
    private sealed class Watched
    {
        public DateTimeOffset DueAt { get; set; }

        public volatile bool IsRunning;

        public int Failures { get; set; }

        public string? Settings { get; set; }
    }
}
