using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Conversations;

/// <summary>
/// How an agent came to its answer, or to its failure. <c>Run</c> and <c>Attempt</c> say which request it was; tokens are absent where the server did not
/// count; <c>FirstTokenMs</c> is the time from the request until the first piece of the answer.
/// </summary>
public sealed record AgentRunView(
    int Run, int Attempt, Guid Agent, string? Model, long? InputTokens, long? OutputTokens, double? FirstTokenMs, double TookMs, DateTimeOffset At, IReadOnlyList<AgentStep> Steps);

/// <summary>Reads what agents told.</summary>
internal static class AgentRunViews
{
    private const int Most = 100;

    /// <summary>Of one message, oldest first; null where no agent told anything.</summary>
    public static async Task<IReadOnlyList<AgentRunView>?> ReadAsync(GatewayDbContext db, Guid message, CancellationToken cancellationToken)
    {
        var rows = await db.AgentRuns.AsNoTracking().Where(r => r.MessageId == message).OrderBy(r => r.Id).Take(Most).ToListAsync(cancellationToken);
        return rows.Count == 0 ? null : [.. rows.Select(Of)];
    }

    private static AgentRunView Of(AgentRun row) => new(
        row.Run, row.Attempt, row.AgentId, row.Model, row.InputTokens, row.OutputTokens, row.FirstTokenMs, row.TookMs, row.At,
        JsonSerializer.Deserialize<AgentStep[]>(row.Steps, JsonSerializerOptions.Web) ?? []);
}
