using System.Text.Json;
using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;

namespace OpenClaw.Gateway.Core.Administration.Agents;

/// <summary>What an agent said to a test, or why it said nothing.</summary>
public sealed record AgentTest(bool Ok, IReadOnlyList<AgentTestMessage> Messages, long DurationMs, AgentTestError? Error)
{
    /// <summary>How it came to it, where the agent tells.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AgentReport? Report { get; init; }
}

/// <summary>One message of a test's answer.</summary>
public sealed record AgentTestMessage(string Text, IReadOnlyList<MessageButton> Buttons, MessageCard? Card);

/// <summary>Why there was no answer: the cause that a dead letter would have, and what happened.</summary>
public sealed record AgentTestError(string Cause, string Detail);

/// <summary>Asks an agent one question outside every session; nothing is stored.</summary>
public sealed class TestAgent(ICatalog catalog, AgentKinds kinds, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <summary>The same for a person: pieces of the answer go to <paramref name="sink"/> as they come.</summary>
    public Task<AgentTest?> RunAsync(Caller caller, Guid agent, string text, IAnswerSink sink, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        return RunAsync(caller.Tenant, agent, text, sink, cancellationToken);
    }

    /// <summary>The answer, or null when the tenant has no such agent.</summary>
    public Task<AgentTest?> RunAsync(Guid tenant, Guid agent, string text, CancellationToken cancellationToken = default) =>
        RunAsync(tenant, agent, text, new Nobody(), cancellationToken);

    private async Task<AgentTest?> RunAsync(Guid tenant, Guid agent, string text, IAnswerSink sink, CancellationToken cancellationToken)
    {
        if (catalog.FindAgent(agent) is not { } model || model.Tenant.Id != tenant) return null;
        if (kinds.Find(model.Kind) is not { } kind) return Failed(0, DeadLetterCauses.AgentUnavailable, $"This gateway has no agent kind '{model.Kind}'.");
        var start = time.GetTimestamp();
        using var limit = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var asked = kind.Create(model);
        try
        {
            return ToTest(await asked.AskAsync(Question(model, text), sink, either.Token), Elapsed(start));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return Failed(Elapsed(start), DeadLetterCauses.AgentTimeout, "The agent has not answered within two minutes.");
        }
        finally
        {
            if (asked is IAsyncDisposable disposable) await disposable.DisposeAsync();
            else (asked as IDisposable)?.Dispose();
        }
    }

    private long Elapsed(long start) => (long)time.GetElapsedTime(start).TotalMilliseconds;

    private AgentRequest Question(AgentModel model, string text) => new()
    {
        Id = Guid.CreateVersion7(time.GetUtcNow()),
        Attempt = 1,
        Agent = model,
        Channel = new() { Id = Guid.Empty, Tenant = model.Tenant, Kind = "test", Name = "Test", Enabled = true, Settings = JsonElement.Parse("{}") },
        SessionId = Guid.NewGuid(),
        Address = new("test", null, "test", "Test"),
        Text = Utf8Text.From(text),
        At = time.GetUtcNow(),
        HistoryBefore = _ => [],
    };

    private static AgentTest ToTest(AgentOutcome outcome, long duration)
    {
        if (outcome.Failure is { } failure) return Failed(duration, failure.Cause, failure.Detail) with { Report = outcome.Report };
        return new(true, [.. outcome.Replies.Select(r => new AgentTestMessage(r.Text.ToString(), r.Extras?.Buttons ?? [], r.Extras?.Card))], duration, null) { Report = outcome.Report };
    }

    private static AgentTest Failed(long duration, string cause, string detail) => new(false, [], duration, new(cause, detail));

    private sealed class Nobody : IAnswerSink
    {
        public void Delta(int reply, Utf8Text text)
        {
            // a test shows the whole answer
        }
    }
}
