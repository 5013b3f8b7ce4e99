using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Administration.Channels;

/// <summary>Tries whether a channel can work with what is configured, without sending anything to its people.</summary>
public sealed class TestChannel(ICatalog catalog, ChannelKinds kinds)
{
    /// <summary>What was tried, or null when the tenant has no such channel.</summary>
    public async Task<IReadOnlyList<PreflightCheck>?> RunAsync(Guid tenant, Guid channel, CancellationToken cancellationToken = default)
    {
        if (catalog.FindChannel(channel) is not { } model || model.Tenant.Id != tenant) return null;
        return kinds.Find(model.Kind) is { } kind ? await kind.TestAsync(model, cancellationToken)
            : [new("kind", false, $"This gateway has no channel kind '{model.Kind}'.", "Run a version that has it, or delete the channel.")];
    }
}
