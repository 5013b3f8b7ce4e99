using System.Text;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Bounces;

/// <summary>
/// Tells whether a mail is a report (RFC 3464, RFC 5965, RFC 3834, or a server's words), and what it says. Ask it for each part before the
/// <see cref="MailBody"/>: what it takes is no text and no file. At the end it is given the text.
/// </summary>
/// <example><code>
/// while (await reader.NextPartAsync(ct) is { } part)
///     if (!await bounces.TakeAsync(part, ct)) { var role = await body.TakeAsync(part, ct); … }
/// var report = await bounces.FinishAsync(body.Text, ct);
/// </code></example>
internal sealed class BounceReader(MailHeader header, MailLimits limits)
{
    private const int MostStatus = 256 * 1024;

    private readonly bool _server = AutoReplies.IsFromServer(header);
    private readonly List<MailHeader> _groups = [];
    private bool _feedback;
    private MailHeader? _original;

    /// <summary>Reads a part that belongs to a report; false when it belongs to the mail.</summary>
    public async ValueTask<bool> TakeAsync(MailPart part, CancellationToken cancellationToken)
    {
        if (part.MediaType is "message/delivery-status" or "message/global-delivery-status" or "message/feedback-report")
        {
            if (!_server && part.Parent?.Nearest(MailContainerKind.Report) is null) return false;
            _feedback |= part.MediaType == "message/feedback-report";
            var (text, _) = await PartText.ReadAsync(part, MostStatus, cancellationToken).ConfigureAwait(false);
            _groups.AddRange(StatusGroups.Parse(text));
            return true;
        }

        if (!IsOriginal(part)) return false;
        using MailReader inner = new(part.Content, limits);
        var found = await inner.ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
        if (found.Fields.Count > 0) _original ??= found;
        return true;
    }

    /// <summary>What the mail is, given its text.</summary>
    public async ValueTask<MailReport> FinishAsync(string text, CancellationToken cancellationToken)
    {
        if (_feedback) return Feedback();
        var (report, copy) = _server ? ProseBounce.Divide(text) : (text, "");
        if (_original is null && copy.Length > 0) _original = await HeaderAsync(copy, cancellationToken).ConfigureAwait(false);
        if (_groups.Count == 0 && _server && text.Contains("Final-Recipient:", StringComparison.OrdinalIgnoreCase)) _groups.AddRange(StatusGroups.Parse(text));
        if (DeliveryStatus.Recipients(_groups, report) is { Count: > 0 } named) return Make(MailReportKind.DeliveryStatus, named);
        if (_server && ProseBounce.Recipients(report, header, Own()) is { Count: > 0 } told) return Make(MailReportKind.Bounce, told);
        if (AutoReplies.IsAutoReply(header) && !_server) return new(MailReportKind.AutoReply) { OriginalMessageId = header.InReplyTo is [var id, ..] ? id : null };
        return MailReport.None;
    }

    /// <summary>The mail that came back, or its header.</summary>
    private bool IsOriginal(MailPart part)
    {
        if (!_server || part.Path == "1" && part.Parent is null) return false;
        return part.MediaType is "message/rfc822" or "message/global" or "text/rfc822-headers" or "message/rfc822-headers" or "message/global-headers" or "message/partial"
            || part is { MediaType: "text/plain", Disposition: "attachment", FileName: { } name } && name.Contains("header", StringComparison.OrdinalIgnoreCase);
    }

    private MailReport Feedback()
    {
        var fields = _groups.Find(g => g.Has("Feedback-Type"));
        var recipients = _groups.SelectMany(g => g.All("Original-Rcpt-To")).Select(f => f.Text.Trim('<', '>', ' ')).Where(a => a.Length > 0);
        return Make(MailReportKind.Feedback, [.. recipients.Select(a => new BounceRecipient(a, null, DeliveryAction.Unknown, null, null, null, BounceKind.None))]) with { FeedbackType = fields?["Feedback-Type"]?.ToLowerInvariant() };
    }

    private MailReport Make(MailReportKind kind, IReadOnlyList<BounceRecipient> recipients) => new(kind)
    {
        Recipients = recipients,
        EnvelopeId = DeliveryStatus.Plain(First("Original-Envelope-Id")),
        ReportingServer = DeliveryStatus.Typed(First("Reporting-MTA")),
        Original = _original,
        OriginalMessageId = _original?.MessageId ?? (First("X-Original-Message-ID") is { } id && MessageIds.Parse(id) is [var first, ..] ? first : header.InReplyTo is [var answered, ..] ? answered : null),
    };

    private string? First(string name) => _groups.Find(g => g.Has(name))?[name]?.Trim();

    private HashSet<string> Own() => new(header.From.Concat(header.To).Concat(header.ReplyTo).Select(a => a.Address), StringComparer.OrdinalIgnoreCase);

    private async ValueTask<MailHeader?> HeaderAsync(string copy, CancellationToken cancellationToken)
    {
        using MemoryStream bytes = new(Encoding.UTF8.GetBytes(copy.TrimStart('\n', '\r', ' ')));
        using MailReader inner = new(bytes, limits);
        var found = await inner.ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
        return found.Fields.Count > 0 ? found : null;
    }
}
