using System.Text.Json;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Ingest;

/// <summary>Tenants and messages for the tests of the door.</summary>
internal static class AdmissionSamples
{
    private static readonly JsonElement Nothing = JsonElement.Parse("{}");

    public static ChannelModel Channel(string tenant, TenantSettingsModel? settings = null) => new()
    {
        Id = Guid.NewGuid(), Tenant = new(Guid.NewGuid(), tenant, tenant, false, settings ?? new()), Kind = "websocket", Name = "Web", Enabled = true, RateLimitPerUserPerMinute = 0, Settings = Nothing,
    };

    public static InboundMessage Message(ChannelModel channel, string id, string user = "ada") => Road.Message(channel, id, "text", user);

    internal sealed class Told : IAcceptObserver
    {
        public List<string> Stored { get; } = [];

        public List<(string Id, AcceptOutcome Outcome)> Refused { get; } = [];

        public void Completed(InboundMessage message, in AcceptOutcome outcome)
        {
            if (outcome.Accepted) Stored.Add(message.ExternalId);
            else Refused.Add((message.ExternalId, outcome));
        }
    }
}
