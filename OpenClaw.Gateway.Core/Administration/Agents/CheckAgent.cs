using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Administration.Agents;

/// <summary>Tries whether an agent could be asked as a form has it: reach, credentials, what it needs beside. Nothing is saved and nobody is asked anything.</summary>
public sealed class CheckAgent(SaveAgent save, AgentKinds kinds, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(45);

    /// <summary>What was tried, for a new agent or for one with a merge patch over it; or what is wrong with the input. Empty: the kind has nothing to try.</summary>
    public async Task<AdminResult<IReadOnlyList<PreflightCheck>>> RunAsync(Caller caller, Guid? agent, JsonElement input, CancellationToken cancellationToken = default)
    {
        var draft = await save.DraftAsync(caller, agent, input, cancellationToken);
        if (draft.Value is not { } model) return draft.As<IReadOnlyList<PreflightCheck>>();
        if (kinds.Find(model.Kind) is not { } kind) return AdminResult.NotFound<IReadOnlyList<PreflightCheck>>();
        using var limit = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return AdminResult.Done(await kind.CheckAsync(model, either.Token));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return AdminResult.Done<IReadOnlyList<PreflightCheck>>([new("time", false, "It did not end within 45 seconds.", "Look whether what it connects to answers at all.")]);
        }
    }
}
