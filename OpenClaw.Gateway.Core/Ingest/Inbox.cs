using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Stores;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Ingest;

/// <summary>Validates and admits. Refused means refused with a reason, before anything is kept.</summary>
internal sealed class Inbox(GatewayOptions options, ISessionIntake intake, IJournalHealth health, UserRates rates, UsageMeter usage) : IDirectInbox
{
    private const int LongestExternalId = 400;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <inheritdoc />
    public void Accept(InboundMessage message, IAcceptObserver observer)
    {
        if (Refuse(message) is { } refusal) observer.Completed(message, refusal);
        else intake.Offer(message, observer);
    }

    /// <inheritdoc />
    public ValueTask<AcceptOutcome> AcceptAsync(InboundMessage message, CancellationToken cancellationToken)
    {
        var awaited = new Awaited();
        Accept(message, awaited);
        return new(awaited.Task.WaitAsync(cancellationToken));
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<AcceptOutcome>> AcceptAsync(IReadOnlyList<InboundMessage> messages, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var awaited = new Task<AcceptOutcome>[messages.Count];
        for (var i = 0; i < messages.Count; i++)
        {
            var one = new Awaited();
            Accept(messages[i], one);
            awaited[i] = one.Task;
        }

        return await Task.WhenAll(awaited).WaitAsync(cancellationToken);
    }

    private AcceptOutcome? Refuse(InboundMessage message)
    {
        var channel = message.Channel;
        if (message.Text.Length > channel.Tenant.Settings.MessageBytes(options.Limits))
            return AcceptOutcome.Refused(RefusalCode.TooLarge, $"The text has {message.Text.Length} bytes; at most {channel.Tenant.Settings.MessageBytes(options.Limits)} are taken (maxMessageBytes in the tenant's settings, Limits:MaxMessageBytes for all).");
        if (message.ExternalId.Length is 0 or > LongestExternalId)
            return AcceptOutcome.Refused(RefusalCode.Invalid, $"A message needs an id of 1 to {LongestExternalId} characters.");
        if (message.Text.IsEmpty && message.Extras is not ({ Attachments.Count: > 0 } or { Button: not null }))
            return AcceptOutcome.Refused(RefusalCode.Invalid, "A message needs a text, an attachment or a button.");
        if (!channel.Enabled || channel.Tenant.Suspended)
            return AcceptOutcome.Refused(RefusalCode.NotAllowed, channel.Enabled ? "The tenant is suspended." : "The channel is disabled.");
        if (health.Fault is not null)
            return AcceptOutcome.Refused(RefusalCode.Overloaded, "The gateway cannot store messages at the moment; send it again.", Soon);
        if (intake.Undispatched >= options.Limits.IngressQueue)
            return AcceptOutcome.Refused(RefusalCode.Overloaded, "Too many messages wait to be handled; send it again.", Soon);
        if (rates.Refuse(channel, message.Address.UserId) is { } wait)
            return AcceptOutcome.Refused(RefusalCode.RateLimited, $"At most {channel.RateLimitPerUserPerMinute} messages a minute are taken from one user.", wait);

        // last, as it counts the message
        var most = channel.Tenant.Quotas.MessagesPerDay;
        if (usage.TakeMessage(channel.Tenant.Id, most) is { } rest)
            return AcceptOutcome.Refused(RefusalCode.RateLimited, $"The quota of {most} messages a day is used up; the next day begins at midnight UTC. The owner of the gateway can raise it.", rest);
        return null;
    }

    private sealed class Awaited : IAcceptObserver
    {
        private readonly TaskCompletionSource<AcceptOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<AcceptOutcome> Task => _outcome.Task;

        public void Completed(InboundMessage message, in AcceptOutcome outcome) => _outcome.TrySetResult(outcome);
    }
}
