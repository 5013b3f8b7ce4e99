using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Routing.Backtests;

/// <summary>Breaks a back-test off; what it has found until then stays.</summary>
public sealed class CancelBacktest
{
    private readonly ITenantDbFactory _databases;
    private readonly BacktestQueries _queries;
    private readonly IBacktestStart _start;
    private readonly TimeProvider _time;

    internal CancelBacktest(ITenantDbFactory databases, BacktestQueries queries, IBacktestStart start, TimeProvider time) => (_databases, _queries, _start, _time) = (databases, queries, start, time);

    /// <summary>One that is over is not changed.</summary>
    public async Task<AdminResult<BacktestView>> RunAsync(Caller caller, Guid backtest, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        await using var db = _databases.Create(caller.Tenant);
        if (await db.Backtests.FirstOrDefaultAsync(b => b.Id == backtest, cancellationToken) is not { } row) return AdminResult.NotFound<BacktestView>();
        if (row.State != BacktestState.Running) return AdminResult.InUse<BacktestView>($"The back-test is over ({BacktestQueries.StateOf(row)}).");
        var now = _time.GetUtcNow();
        (row.State, row.EndedAt) = (BacktestState.Cancelled, now);
        AuditTrail.Note(db, caller, now, "backtest.cancelled", new(backtest, null), new { state = BacktestStates.Running }, new { state = BacktestStates.Cancelled });
        await db.SaveChangesAsync(cancellationToken);
        _start.Cancel(backtest);
        return AdminResult.Done(_queries.ToView(row, whole: true));
    }
}
