using System.Runtime.InteropServices;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Routing.Pools;

/// <summary>A member of a pool that can be asked now.</summary>
/// <param name="Member">Its place among all members of the pool.</param>
/// <param name="Agent">Its agent.</param>
/// <param name="Weight">Its weight, at least 1.</param>
/// <param name="Capacity">How many requests it may have open at once.</param>
/// <param name="Load">How busy it is.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Candidate(int Member, Guid Agent, int Weight, int Capacity, AgentLoad Load);
