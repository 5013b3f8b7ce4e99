using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Events.Webhooks;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.EventWebhooks;

/// <summary>Sends an endpoint a signed event of type <c>test</c> and shows what it says. Nothing of it is kept in the log; also works while it is disabled.</summary>
public sealed class TestEventWebhook
{
    private readonly ITenantDbFactory _databases;
    private readonly WebhookEndpoints _endpoints;
    private readonly EventRequest _request;
    private readonly EventWebhookOptions _options;
    private readonly TimeProvider _time;

    internal TestEventWebhook(ITenantDbFactory databases, WebhookEndpoints endpoints, EventRequest request, EventWebhookOptions options, TimeProvider time) =>
        (_databases, _endpoints, _request, _options, _time) = (databases, endpoints, request, options, time);

    /// <summary>What it said; not found when the tenant has none of that id.</summary>
    public async Task<AdminResult<EventWebhookTest>> RunAsync(Caller caller, Guid webhook, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        if (_endpoints.Find(caller.Tenant, webhook) is not { } endpoint) return AdminResult.NotFound<EventWebhookTest>();
        if (endpoint.Secret is null) return AdminResult.InUse<EventWebhookTest>("Its signing secret cannot be read. Rotate the secret first.");
        var now = _time.GetUtcNow();
        await using (var db = _databases.Create(caller.Tenant))
        {
            AuditTrail.Note(db, caller, now, "event-webhook.tested", new(endpoint.Id, endpoint.Name));
            await db.SaveChangesAsync(cancellationToken);
        }

        var (at, id) = (Micros.From(now), RowId.New(now));
        var body = EventBodies.Write(id, at, new(caller.Tenant, "test", null, null, new { text = "A test of this event webhook, sent by a person." }));
        using var limit = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var attempt = await _request.SendAsync(endpoint, id, body, either.Token, cancellationToken);
        return AdminResult.Done(new EventWebhookTest(attempt.IsTaken, attempt.Status, attempt.Milliseconds, attempt.Answer, attempt.Error));
    }
}
