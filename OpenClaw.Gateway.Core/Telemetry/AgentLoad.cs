using System.Runtime.InteropServices;

namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>How busy an agent is at this moment, as the balancing of pools looks at it.</summary>
/// <param name="Open">Requests that it has not answered yet, those counted that wait for their turn.</param>
/// <param name="LatencyMs">How long it took to answer of late; 0 = not known.</param>
/// <param name="FadedMs">What of that still counts: the longer nothing was heard, the less.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AgentLoad(int Open, double LatencyMs, double FadedMs);
