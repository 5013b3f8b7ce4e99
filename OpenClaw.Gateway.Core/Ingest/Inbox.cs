using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Stores;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Ingest;

/// <summary>Validates and admits. Refused means refused with a reason, before anything is kept.</summary>
internal sealed class Inbox(GatewayOptions options, Admission admission, TenantLanes lanes, RateLimits rates, UsageMeter usage) : IDirectInbox
{
    private const int LongestExternalId = 400;

    /// <summary>Of what says where a message came from and who wrote it: so much is kept of each.</summary>
    private const int LongestOfAddress = 400;
    private static readonly TimeSpan WhileDraining = TimeSpan.FromSeconds(30);

    /// <inheritdoc />
    public void Accept(InboundMessage message, IAcceptObserver observer)
    {
        MessageTraces.NoteCause(message);
        if (message.Address.UserName is { Length: > LongestOfAddress } name) message = message with { Address = message.Address with { UserName = Cut(name) } };
        var lane = lanes.Of(message.Channel.Tenant.Id);
        if (Refuse(message, lane) is not { } refusal)
        {
            lanes.Enter(lane, message, observer);
            return;
        }

        // more nodes would not help a channel that a person drains
        if (message.Channel.Control.Flow != SubjectFlow.Draining) lane.Load.Refused(refusal.Refusal!.Value);
        observer.Completed(message, refusal);
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

    private AcceptOutcome? Refuse(InboundMessage message, TenantLane lane)
    {
        var channel = message.Channel;
        if (message.Text.Length > channel.Tenant.Settings.MessageBytes(options.Limits))
            return AcceptOutcome.Refused(RefusalCode.TooLarge, $"The text has {message.Text.Length} bytes; at most {channel.Tenant.Settings.MessageBytes(options.Limits)} are taken (maxMessageBytes in the tenant's settings, Limits:MaxMessageBytes for all).");
        if (message.ExternalId.Length is 0 or > LongestExternalId)
            return AcceptOutcome.Refused(RefusalCode.Invalid, $"A message needs an id of 1 to {LongestExternalId} characters.");
        if (message.Address is { UserId.Length: > LongestOfAddress } or { Conversation.Length: > LongestOfAddress } or { Thread.Length: > LongestOfAddress })
            return AcceptOutcome.Refused(RefusalCode.Invalid, $"The ids of user, conversation and thread have at most {LongestOfAddress} characters.");
        if (message.Text.IsEmpty && message.Extras is not ({ Attachments.Count: > 0 } or { Button: not null }))
            return AcceptOutcome.Refused(RefusalCode.Invalid, "A message needs a text, an attachment or a button.");
        if (!channel.Enabled || channel.Tenant.Suspended)
            return AcceptOutcome.Refused(RefusalCode.NotAllowed, channel.Enabled ? "The tenant is suspended." : "The channel is disabled.");
        if (channel.Control.Flow == SubjectFlow.Draining)
            return AcceptOutcome.Refused(RefusalCode.Overloaded, "The channel is being drained and takes nothing new until somebody resumes it; send it again later.", WhileDraining);
        if (admission.Refuse(lane) is { } full) return full;
        if (!message.HasWaited && rates.Refuse(channel, message.Address.UserId) is { } rate) return AcceptOutcome.Refused(RefusalCode.RateLimited, rate.Reason, rate.Wait);

        // last, as it counts the message
        var most = channel.Tenant.Quotas.MessagesPerDay;
        if (usage.TakeMessage(channel.Tenant.Id, most) is { } rest)
            return AcceptOutcome.Refused(RefusalCode.RateLimited, $"The quota of {most} messages a day is used up; the next day begins at midnight UTC. The owner of the gateway can raise it.", rest);
        return null;
    }

    /// <summary>A name is for people: its beginning will do.</summary>
    private static string Cut(string name) => name[..(char.IsHighSurrogate(name[LongestOfAddress - 1]) ? LongestOfAddress - 1 : LongestOfAddress)];

    private sealed class Awaited : IAcceptObserver
    {
        private readonly TaskCompletionSource<AcceptOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<AcceptOutcome> Task => _outcome.Task;

        public void Completed(InboundMessage message, in AcceptOutcome outcome) => _outcome.TrySetResult(outcome);
    }
}
