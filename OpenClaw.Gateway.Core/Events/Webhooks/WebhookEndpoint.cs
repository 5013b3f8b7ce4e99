using System.Collections.Frozen;
using OpenClaw.Gateway.Core.Storage.Protection;

namespace OpenClaw.Gateway.Core.Events.Webhooks;

/// <summary>An endpoint as the running gateway uses it: built from its row, secret decrypted, replaced on change.</summary>
internal sealed record WebhookEndpoint(Guid Id, Guid TenantId, string Name, string Url, FrozenSet<string> Types, SecretValue? Secret, bool Enabled, string? DisabledReason, int Version)
{
    /// <summary>Told of events of that type; no types = all.</summary>
    public bool Wants(string type) => Types.Count == 0 || Types.Contains(type);

    /// <summary>What it is signed with now: two for a while after a rotation, none when the secret cannot be read.</summary>
    public string[] SecretsAt(DateTimeOffset now)
    {
        if (Secret is null) return [];
        return Secret.PreviousAt(now) is { } previous ? [Secret.Value, previous] : [Secret.Value];
    }

    /// <inheritdoc />
    public override string ToString() => $"event webhook {Id}";
}
