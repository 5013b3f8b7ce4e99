using System.Globalization;
using System.Text.Json;

namespace OpenClaw.Gateway.Core.Agents;

/// <summary>Settings that agents of every kind have (contract: Agent): <c>retry</c>, <c>busy</c> and <c>health</c>.</summary>
internal static class CommonSettings
{
    private const int LongestDelayMs = 86_400_000;

    /// <summary>Their faults, for a kind's own check to begin with.</summary>
    public static IEnumerable<(string Field, string Message)> Validate(JsonElement settings)
    {
        var reader = new SettingsReader(settings);
        reader.OneOf("busy", "queue", "queue", "collect", "interrupt");
        if (reader.Object("retry") is { } retry)
        {
            var least = retry.Int32("baseDelayMs", 1_000, 0, LongestDelayMs);
            var longest = retry.Int32("maxDelayMs", Math.Max(least, 30_000), 0, LongestDelayMs);
            if (longest < least) retry.Refuse("maxDelayMs", $"Must be at least the first pause ({Words(least)}).");
            retry.Int32("attempts", 8, 1, 100);
            reader.Add(retry);
        }

        Health.HealthPolicy.Read(reader);
        return reader.Faults;
    }

    private static string Words(int milliseconds) =>
        milliseconds % 1_000 == 0 ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1_000} s") : string.Create(CultureInfo.InvariantCulture, $"{milliseconds} ms");
}
