using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Administration.Alerts;

/// <summary>
/// Tells by mail, each address its own. A notice is taken when the server took it for one of them: what is wrong with another address would be no
/// better the next time, and those who have it should not get it again. It is shown with the alert.
/// </summary>
internal sealed class MailMeans(IMailer? mailer) : IAlertMeans
{
    public string Name => AlertMeans.Mail;

    public async Task<NoticeResult> SendAsync(AlertNotice notice, IReadOnlyList<string> secrets, CancellationToken cancellationToken)
    {
        if (mailer?.IsConfigured != true) return new(false, "This installation sends no mail (Smtp:Host is not set).");
        var (taken, faults) = (false, new List<string>());
        foreach (var address in SaveAlertRule.Addresses(notice.Rule.Target))
        {
            switch (await mailer.SendOnceAsync(new() { To = address, Subject = notice.Subject, Text = TextOf(notice) }, cancellationToken))
            {
                case MailResult.Failed failed:
                    faults.Add($"{address}: {failed.Reason}");
                    break;
                default:
                    taken = true;
                    break;
            }
        }

        return new(taken, faults.Count == 0 ? null : string.Join(" ", faults));
    }

    private static string TextOf(AlertNotice notice) =>
        $"{notice.Summary}\n\n{(notice.Url is { } url ? $"{url}\n\n" : "")}-- \nOpenClaw Gateway, tenant {notice.Tenant}, alert rule “{notice.Rule.Name}”\n";
}
