using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace OpenClaw.Gateway.Core.Routing;

/// <summary>How a decision was reached (contract: route.strategy).</summary>
public static class RouteStrategies
{
    /// <summary>By configuration alone: a rule that does not look at the message, the channel's agent, the default agent.</summary>
    public const string Static = "static";

    /// <summary>By a rule that looks at what the message holds.</summary>
    public const string Content = "content";

    /// <summary>The session stays with its agent.</summary>
    public const string Affinity = "affinity";

    /// <summary>Chosen among several agents: of a pool, or of those that are for an intent.</summary>
    public const string LoadBalanced = "load-balanced";

    internal static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };
}
