using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Administration.Routing.Drafts;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Routing.Backtests;

/// <summary>Begins to try rules on stored messages; that goes on in the background, and nothing else is changed.</summary>
public sealed class StartBacktest
{
    /// <summary>The back-tests of a tenant that are kept.</summary>
    public const int MostKept = 20;

    /// <summary>Days that are looked at where nobody says how many.</summary>
    public const int DefaultDays = 7;

    /// <summary>The most days that can be looked at.</summary>
    public const int MostDays = 400;

    /// <summary>Those of a tenant that run, or wait for each other.</summary>
    internal const int MostRunning = 3;

    internal static readonly TimeSpan Kept = TimeSpan.FromDays(7);
    private static readonly string[] Fields = ["since", "rules"];
    private readonly ITenantDbFactory _databases;
    private readonly ICatalog _catalog;
    private readonly RuleInput _input;
    private readonly RoutingDrafts _drafts;
    private readonly BacktestQueries _queries;
    private readonly IBacktestStart _start;
    private readonly TimeProvider _time;

    internal StartBacktest(ITenantDbFactory databases, ICatalog catalog, RuleInput input, RoutingDrafts drafts, BacktestQueries queries, IBacktestStart start, TimeProvider time) =>
        (_databases, _catalog, _input, _drafts, _queries, _start, _time) = (databases, catalog, input, drafts, queries, start, time);

    /// <summary>Begins <c>{since?,rules?}</c>: the given rules, else the portal's draft, over the messages since then (a week where it is absent), against what is live.</summary>
    public async Task<AdminResult<BacktestView>> RunAsync(Caller caller, JsonElement input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        var document = Document.Merge([], input, Fields);
        var (now, live) = (_time.GetUtcNow(), _catalog.FindRules(caller.Tenant));
        var since = document.Time("since") ?? now.AddDays(-DefaultDays);
        if (since > now) document.Errors.Add("since", "Lies in the future.");
        else if (since < now.AddDays(-MostDays)) document.Errors.Add("since", $"Must be within the last {MostDays} days.");
        var rules = input.ValueKind == JsonValueKind.Object && input.TryGetProperty("rules", out var list) && list.ValueKind != JsonValueKind.Null
            ? BacktestRules.Of(caller.Tenant, list, _input, live, document.Errors, () => RowId.New(now))
            : [.. (await _drafts.GetAsync(caller.Tenant, cancellationToken)).Rules.Select(r => r.Rule)];
        if (document.Errors.Any) return AdminResult.Invalid<BacktestView>(document.Errors);
        var row = new Backtest
        {
            Id = RowId.New(now), TenantId = caller.Tenant, State = BacktestState.Running, Rules = BacktestRules.Write(rules), BaseVersion = live.Version, Since = since,
            StartedBy = caller.Name, StartedAt = now,
        };
        return await SaveAsync(caller, row, rules.Count, now, cancellationToken);
    }

    private async Task<AdminResult<BacktestView>> SaveAsync(Caller caller, Backtest row, int rules, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var turn = await ConfigurationTurns.EnterAsync(caller.Tenant, cancellationToken);
        await using var db = _databases.Create(caller.Tenant);
        if (await db.Backtests.CountAsync(b => b.State == BacktestState.Running, cancellationToken) >= MostRunning)
            return AdminResult.InUse<BacktestView>($"{MostRunning} back-tests are running or waiting already. Cancel one, or wait until one is done.");
        var oldest = now - Kept;
        var kept = await db.Backtests.OrderByDescending(b => b.Id).Select(b => b.Id).Take(MostKept - 1).ToListAsync(cancellationToken);
        db.Backtests.RemoveRange(await db.Backtests.Where(b => b.State != BacktestState.Running && (b.StartedAt < oldest || !kept.Contains(b.Id))).ToListAsync(cancellationToken));
        db.Backtests.Add(row);
        AuditTrail.Note(db, caller, now, "backtest.started", new(row.Id, null), after: new { row.Since, row.BaseVersion, rules });
        await db.SaveChangesAsync(cancellationToken);
        _start.Kick(row.Id);
        return AdminResult.Done(_queries.ToView(row, whole: true));
    }
}
