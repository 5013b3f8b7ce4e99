using Microsoft.EntityFrameworkCore;

namespace OpenClaw.Gateway.Core.Administration.Alerts.Conditions;

/// <summary>The gateway has switched an event webhook off, because its deliveries had failed for days. It is over when somebody switches it on, or deletes it.</summary>
internal sealed class WebhookDisabled : IAlertCondition
{
    public AlertConditionInfo Info { get; } = new("webhook_disabled", "An event webhook was switched off", "The gateway gave an event webhook up, because its deliveries had failed for days.", []);

    public async Task<IReadOnlyList<Trouble>> LookAsync(AlertLook look, CancellationToken cancellationToken)
    {
        var off = await look.Db.EventWebhooks.AsNoTracking().Where(w => !w.Enabled && w.DisabledReason != null).Select(w => new { w.Id, w.Name, w.FailingSince, w.UpdatedAt }).ToListAsync(cancellationToken);
        return [.. off.Select(w => new Trouble(w.Id.ToString(), $"The event webhook “{w.Name}” was switched off by the gateway: its deliveries have failed since {AlertLook.Moment(w.FailingSince ?? w.UpdatedAt)}. Mend the endpoint, switch it on, and resend what it missed."))];
    }

    public string PageOf(string subject) => $"event-webhooks/{subject}";
}
