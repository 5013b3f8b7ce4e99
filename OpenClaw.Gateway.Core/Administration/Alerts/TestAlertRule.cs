using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Alerts;

/// <summary>Sends a test notice of a rule and says how that went. Leaves everything as it was.</summary>
public sealed class TestAlertRule
{
    private readonly ITenantDbFactory _databases;
    private readonly AlertConditions _conditions;
    private readonly AlertNotices _notices;

    internal TestAlertRule(ITenantDbFactory databases, AlertConditions conditions, AlertNotices notices) => (_databases, _conditions, _notices) = (databases, conditions, notices);

    /// <summary>Sends it now, also in quiet hours and for a rule that is switched off.</summary>
    public async Task<AdminResult<AlertTestResult>> RunAsync(Caller caller, Guid rule, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        await using var db = _databases.Create(caller.Tenant);
        if (await db.AlertRules.AsNoTracking().FirstOrDefaultAsync(r => r.Id == rule, cancellationToken) is not { } row) return AdminResult.NotFound<AlertTestResult>();
        SaveAlertRule.DemandFor(caller, _conditions.Find(row.Condition));
        var result = await _notices.TestAsync(row, cancellationToken);
        var taken = row.Means == AlertMeans.Mail ? "The mail server took the test notice. If it does not arrive, look among unwanted mail." : "The endpoint took the test notice.";
        return AdminResult.Done(new AlertTestResult(result.Taken, result.Taken ? string.Join(" ", new[] { taken, result.Detail }.Where(t => t is not null)) : result.Detail ?? "The test notice was not taken."));
    }
}
