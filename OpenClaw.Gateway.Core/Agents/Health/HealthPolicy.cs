using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Agents.Health;

/// <summary>How an agent's health is checked (contract: settings.health).</summary>
/// <param name="Every">The pause between two checks; zero = it is not checked.</param>
/// <param name="Failures">So many checks in a row must fail until it counts as not well.</param>
internal sealed record HealthPolicy(TimeSpan Every, int Failures)
{
    /// <summary>What it is set to; where nothing is set, as its kind suggests.</summary>
    public static HealthPolicy Of(IAgentKind kind, JsonElement settings)
    {
        var (every, failures) = Read(new(settings));
        return new(TimeSpan.FromSeconds(every ?? kind.HealthEverySeconds(settings)), failures);
    }

    /// <summary>Reads and checks them; seconds are null where none are set.</summary>
    public static (int? Every, int Failures) Read(SettingsReader settings)
    {
        if (settings.Object("health") is not { } health) return (null, 2);
        var every = health.Int32("everySeconds", -1, 0, 3_600);
        var failures = health.Int32("failures", 2, 1, 20);
        settings.Add(health);
        return (every < 0 ? null : every, failures);
    }
}
