using System.Text.Json;
using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <summary>Keeps what agents tell of how they came to an answer.</summary>
internal static class AgentRuns
{
    private const int MostSteps = 200;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The row of a report; null where there is none.</summary>
    public static AgentRun? Of(MessageRecord message, AgentModel agent, AgentOutcome outcome, DateTimeOffset now)
    {
        if (outcome.Report is not { } report) return null;
        var began = Micros.ToTime(message.DispatchedAt);
        return new()
        {
            Id = RowId.New(now),
            TenantId = message.TenantId,
            SessionId = message.SessionId,
            MessageId = message.Id,
            Run = message.Run,
            Attempt = message.Attempts,
            AgentId = agent.Id,
            Model = report.Model is { Length: > 200 } name ? name[..200] : report.Model,
            InputTokens = report.InputTokens,
            OutputTokens = report.OutputTokens,
            FirstTokenMs = report.FirstToken?.TotalMilliseconds,
            TookMs = Math.Max(0, (now - began).TotalMilliseconds),
            Steps = JsonSerializer.Serialize(report.Steps.Take(MostSteps), Json),
            At = began,
        };
    }

    /// <summary>Inside the journal's transaction.</summary>
    public static void Add(GatewayDbContext db, IEnumerable<AgentRun> runs)
    {
        db.AgentRuns.AddRange(runs);
        db.SaveInJournal();
    }
}
