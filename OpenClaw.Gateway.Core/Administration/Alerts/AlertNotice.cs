using System.Text.Encodings.Web;
using System.Text.Json;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Alerts;

/// <summary>What is told at one moment about one alert, for whatever means.</summary>
/// <param name="Id">The same on every attempt, another one for each notice.</param>
/// <param name="Type"><c>alert.started</c>, <c>alert.reminder</c>, <c>alert.ended</c> or <c>alert.test</c>.</param>
/// <param name="At">When it is told.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Alert">The alert; null for a test.</param>
/// <param name="Tenant">The tenant's name, for people.</param>
/// <param name="Url">The page to look at.</param>
internal sealed record AlertNotice(string Id, string Type, DateTimeOffset At, AlertRule Rule, Alert? Alert, string Tenant, string? Url)
{
    public const string Started = "alert.started";
    public const string Reminder = "alert.reminder";
    public const string Ended = "alert.ended";
    public const string Test = "alert.test";

    /// <summary>Names in all scripts as they are: people read these bodies in chats and logs.</summary>
    private static readonly JsonSerializerOptions Readable = new(JsonSerializerOptions.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A notice of what an alert's row says is due; null when there is nothing (any more) to tell.</summary>
    public static AlertNotice? Due(Alert alert, AlertRule rule, DateTimeOffset now, string tenant, string? url) => alert switch
    {
        // it came and went without anybody having been told, as in quiet hours: there is nothing to do about it
        { EndedAt: not null, NotifiedAt: null, Attempts: 0 } or { EndNotifiedAt: not null } => null,
        { EndedAt: not null } => new($"{alert.Id:N}.ended", Ended, now, rule, alert, tenant, url),
        { NotifiedAt: { } told } => new($"{alert.Id:N}.reminder.{told.ToUnixTimeSeconds()}", Reminder, now, rule, alert, tenant, url),
        _ => new($"{alert.Id:N}.started", Started, now, rule, alert, tenant, url),
    };

    /// <summary>One line.</summary>
    public string Subject => Type switch
    {
        Test => $"Test of the alert “{Rule.Name}” ({Tenant})",
        Ended => $"Over: {Rule.Name} ({Tenant})",
        Reminder => $"Still: {Rule.Name} ({Tenant})",
        _ => $"Alert: {Rule.Name} ({Tenant})",
    };

    /// <summary>What there is to say, in a sentence or two.</summary>
    public string Summary => Type switch
    {
        Test => $"This is a test of the alert rule “{Rule.Name}”. Nothing is wrong; real alerts arrive the same way.",
        Ended => $"Over since {AlertLook.Moment(Alert!.EndedAt!.Value)}. It was: {Alert.Summary}",
        _ => Alert!.Summary,
    };

    /// <summary>The body of a webhook.</summary>
    public byte[] ToBody() => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            type = Type,
            timestamp = At,
            data = new
            {
                id = Alert?.Id, tenant = Rule.TenantId, rule = new { id = Rule.Id, name = Rule.Name }, condition = Rule.Condition, subject = Alert?.Subject, summary = Summary,
                startedAt = Alert?.StartedAt, endedAt = Alert?.EndedAt, url = Url,
            },
        },
        Readable);
}

/// <summary>What became of a notice.</summary>
/// <param name="Taken">The other side has it.</param>
/// <param name="Detail">What went wrong, for people; null when nothing did.</param>
internal sealed record NoticeResult(bool Taken, string? Detail = null);

/// <summary>A way to tell. Looked up by name.</summary>
internal interface IAlertMeans
{
    /// <summary>As in the contract.</summary>
    string Name { get; }

    /// <summary>One attempt, which never throws for what the other side does.</summary>
    Task<NoticeResult> SendAsync(AlertNotice notice, IReadOnlyList<string> secrets, CancellationToken cancellationToken);
}
