using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;

namespace OpenClaw.Gateway.Core.Administration.Channels;

/// <summary>Tries whether a channel can work with what is configured, without sending anything to its people.</summary>
public sealed class TestChannel(ICatalog catalog, ChannelKinds kinds, ChannelHealth health, SaveChannel save)
{
    /// <summary>What was tried, or null when the tenant has no such channel.</summary>
    public async Task<IReadOnlyList<PreflightCheck>?> RunAsync(Guid tenant, Guid channel, CancellationToken cancellationToken = default) =>
        catalog.FindChannel(channel) is { } model && model.Tenant.Id == tenant ? await CheckAsync(model, cancellationToken) : null;

    /// <summary>
    /// Tries what a person is about to save: a new channel (<paramref name="channel"/> null) or a merge patch of one. Nothing is saved;
    /// faults are those that saving would tell.
    /// </summary>
    public async Task<AdminResult<IReadOnlyList<PreflightCheck>>> RunDraftAsync(Caller caller, Guid? channel, JsonElement input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        var draft = await save.DraftAsync(caller, channel, input, cancellationToken);
        return draft.Value is { } model ? AdminResult.Done(await CheckAsync(model, cancellationToken)) : draft.As<IReadOnlyList<PreflightCheck>>();
    }

    private async Task<IReadOnlyList<PreflightCheck>> CheckAsync(ChannelModel model, CancellationToken cancellationToken)
    {
        if (kinds.Find(model.Kind) is not { } kind)
            return [new("kind", false, $"This gateway has no channel kind '{model.Kind}'.", "Run a version that has it, or delete the channel.")];
        return [.. await kind.TestAsync(model, cancellationToken), Agent(model)];
    }

    private PreflightCheck Agent(ChannelModel model)
    {
        var condition = health.JudgeAnswers(model with { Enabled = true });
        if (condition.Cause is not null) return new("agent", condition.State == "running", condition.Detail!, condition.Fix);
        return new("agent", true, health.Answers(model) is { } agent ? $"“{agent.Name}” answers where no rule decides." : "Only messages that a rule matches are answered.");
    }
}
